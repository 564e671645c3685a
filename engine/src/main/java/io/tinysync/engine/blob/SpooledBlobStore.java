package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store that receives blobs on this machine's disk first, and keeps them only once their hash is known to be right. */
abstract class SpooledBlobStore implements BlobStore {

    /** Without a byte for so long, a body is given up. Longer than any HTTP idle timeout, which should speak first. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What is read of a body that is refused. */
    private static final long MAX_DROPPED_BYTES = 64L << 20;

    private static final Duration DROP_TIMEOUT = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(SpooledBlobStore.class);

    private final Reception reception;
    private final ClassicActorSystemProvider system;
    private final Executor blocking;

    /** @param blocking runs file operations, one task for the whole length of a put: virtual threads suit it */
    SpooledBlobStore(Reception reception, ClassicActorSystemProvider system, Executor blocking) {
        this.reception = reception;
        this.system = system;
        this.blocking = blocking;
    }

    /** Blocking work on the bytes of a stream. */
    @FunctionalInterface
    private interface Taking<T> {
        T take(InputStream bytes) throws Exception;
    }

    @Override
    public final CompletionStage<PutResult> put(Sha256 id, long maxBytes, Source<ByteString, ?> bytes) {
        return taking(bytes, input -> reception.put(id, maxBytes, input));
    }

    @Override
    public final CompletionStage<List<PutResult>> putShort(List<ShortBlob> blobs) {
        return call(() -> reception.putShort(blobs));
    }

    @Override
    public final CompletionStage<Boolean> hasRoom(long bytes) {
        return call(() -> reception.hasRoom(bytes));
    }

    @Override
    public final CompletionStage<Long> arrived(UploadId upload) {
        return call(() -> reception.arrived(upload));
    }

    @Override
    public final CompletionStage<AppendResult> append(
            UploadId upload, long offset, long maxBytes, Source<ByteString, ?> bytes) {
        return taking(bytes, input -> reception.append(upload, offset, maxBytes, input));
    }

    @Override
    public final CompletionStage<PutResult> complete(UploadId upload, Sha256 id) {
        return call(() -> reception.complete(upload, id));
    }

    @Override
    public CompletionStage<Void> removeLeftovers(Duration unused) {
        return call(() -> {
            reception.expire(Instant.now().minus(unused));
            return null;
        });
    }

    private <T> CompletionStage<T> taking(Source<ByteString, ?> bytes, Taking<T> work) {
        InputStream input = bytes.runWith(StreamConverters.asInputStream(PATIENCE), system);
        return call(() -> {
            try (input) {
                T result = work.take(input);
                drop(input);
                return result;
            }
        });
    }

    /**
     * Reads what was not wanted, within limits: a connection that is closed with bytes in it that nobody has read is reset, and its sender may not see
     * why they were refused.
     */
    private static void drop(InputStream rest) {
        byte[] buffer = new byte[64 << 10];
        long until = System.nanoTime() + DROP_TIMEOUT.toNanos();
        long dropped = 0;
        try {
            for (int length = rest.read(buffer); length >= 0; length = rest.read(buffer)) {
                dropped += length;
                if (dropped > MAX_DROPPED_BYTES || System.nanoTime() > until) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.debug("the rest of what was refused did not come: {}", e.toString());
        }
    }

    final <T> CompletionStage<T> call(Callable<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                blocking);
    }
}
