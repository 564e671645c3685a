package io.tinysync.engine.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets one at a time use an upload's file: whoever wrote to it while it becomes a blob would write into the blob. Who comes next ends an
 * addition that is under way, since its sender has come again, and waits for anything else. Blocking and thread-safe.
 */
final class UploadTurns {

    /** How long an addition may take to notice that its bytes have ended; longer waits are for those who called to repeat. */
    private static final long HANDOVER_SECONDS = 10;

    private final Map<UploadId, Turn> turns = new ConcurrentHashMap<>();

    /** What is done in a turn. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** @param added the bytes of an addition */
    private record Turn(Optional<InputStream> added, CompletableFuture<Boolean> ended) {

        void cut() throws IOException {
            if (added.isPresent()) {
                added.get().close();
            }
            try {
                ended.get(HANDOVER_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("an earlier request for this upload is still at work", e);
            }
        }
    }

    /** Adds these bytes in a turn of its own. */
    <T> T add(UploadId upload, InputStream bytes, Work<T> work) throws IOException {
        return take(upload, new Turn(Optional.of(bytes), new CompletableFuture<>()), work);
    }

    /** Does what nobody who comes later may end. */
    <T> T use(UploadId upload, Work<T> work) throws IOException {
        return take(upload, new Turn(Optional.empty(), new CompletableFuture<>()), work);
    }

    /** A turn is over only when the one before it is, also where that one was not waited for to its end. */
    private <T> T take(UploadId upload, Turn turn, Work<T> work) throws IOException {
        Optional<Turn> before = Optional.ofNullable(turns.put(upload, turn));
        try {
            if (before.isPresent()) {
                before.get().cut();
            }
            return work.run();
        } finally {
            var _ = before.map(Turn::ended)
                    .orElseGet(() -> CompletableFuture.completedFuture(true))
                    .thenAccept(over -> {
                        turns.remove(upload, turn);
                        turn.ended().complete(true);
                    });
        }
    }

    /** Ends an addition that is under way. */
    void endAddition(UploadId upload) throws IOException {
        Turn running = turns.get(upload);
        if (running != null && running.added().isPresent()) {
            running.cut();
        }
    }
}
