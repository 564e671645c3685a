package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;

/**
 * A blob store in one directory of one file system, which it alone uses while it is open. A put goes to a temporary file,
 * fsync, rename, fsync of the directory. Needs a file system whose rename is atomic.
 */
public final class FileBlobStore implements BlobStore, AutoCloseable {

    /** Where file reads of streams run, so that a slow disk holds up no actor. */
    private static final String DISPATCHER = "pekko.actor.default-blocking-io-dispatcher";

    /** Without a byte for so long, a put is given up. Longer than any HTTP idle timeout, which should speak first. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final BlobDirectory directory;
    private final ClassicActorSystemProvider system;
    private final Executor blocking;

    private FileBlobStore(BlobDirectory directory, ClassicActorSystemProvider system, Executor blocking) {
        this.directory = directory;
        this.system = system;
        this.blocking = blocking;
    }

    /**
     * Opens the directory, which is made if it is missing, and removes what puts left half-written when their process ended.
     *
     * @param blocking runs file operations, one task for the whole length of a put: virtual threads suit it
     * @throws IOException if the directory cannot be used, or another process has it open
     */
    public static FileBlobStore open(Path directory, ClassicActorSystemProvider system, Executor blocking)
            throws IOException {
        return new FileBlobStore(BlobDirectory.open(directory), system, blocking);
    }

    @Override
    public CompletionStage<PutResult> put(Sha256 id, long maxBytes, Source<ByteString, ?> bytes) {
        InputStream input = bytes.runWith(StreamConverters.asInputStream(PATIENCE), system);
        return call(() -> {
            try (input) {
                return directory.put(id, maxBytes, input);
            }
        });
    }

    @Override
    public CompletionStage<OptionalLong> stat(Sha256 id) {
        return call(() -> directory.size(id));
    }

    @Override
    public Source<ByteString, NotUsed> read(Sha256 id, long offset, long length) {
        return Source.unfoldResource(() -> directory.reader(id, offset, length), BlobReader::next, BlobReader::close)
                .withAttributes(ActorAttributes.dispatcher(DISPATCHER));
    }

    @Override
    public CompletionStage<Optional<Leaves>> leaves(Sha256 id) {
        return call(() -> directory.leaves(id));
    }

    @Override
    public CompletionStage<Void> delete(Sha256 id) {
        return call(() -> {
            directory.delete(id);
            return null;
        });
    }

    /** Lets another process open the directory. Operations in flight may fail afterwards. */
    @Override
    public void close() throws IOException {
        directory.close();
    }

    private <T> CompletionStage<T> call(Callable<T> task) {
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
