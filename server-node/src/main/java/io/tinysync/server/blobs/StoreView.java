package io.tinysync.server.blobs;

import io.tinysync.engine.blob.BlobDigest;
import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.StoredBlob;
import io.tinysync.engine.blob.collection.StoredBlobs;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;

/** The blob store for runs: calls block, and failures are {@link IOException}s. */
final class StoreView implements StoredBlobs {

    private final BlobStore store;
    private final ClassicActorSystemProvider system;

    StoreView(BlobStore store, ClassicActorSystemProvider system) {
        this.store = store;
        this.system = system;
    }

    @Override
    public List<StoredBlob> list(int slice) throws IOException {
        return result(store.list(slice).runWith(Sink.seq(), system));
    }

    @Override
    public void delete(Sha256 id) throws IOException {
        result(store.delete(id));
    }

    /** What the stored bytes are, read to their end; empty if there are none. */
    Optional<Leaves> readWhole(Sha256 id) throws IOException {
        BlobDigest digest = new BlobDigest();
        try {
            result(store.read(id, 0, Long.MAX_VALUE).runForeach(chunk -> digest.update(chunk.asByteBuffer()), system));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(digest.finish());
    }

    static <T> T result(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server is stopping");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}
