package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A blob store in one directory of one file system, which it alone uses while it is open. A put goes to a temporary file,
 * fsync, rename, fsync of the directory. Needs a file system whose rename is atomic.
 */
public final class FileBlobStore extends SpooledBlobStore {

    /** Where file reads of streams run, so that a slow disk holds up no actor. */
    private static final String DISPATCHER = "pekko.actor.default-blocking-io-dispatcher";

    private final BlobDirectory directory;

    private FileBlobStore(
            BlobDirectory directory, Reception reception, ClassicActorSystemProvider system, Executor blocking) {
        super(reception, system, blocking);
        this.directory = directory;
    }

    /**
     * Opens the directory, which is made if it is missing, and removes what puts left half-written when their process ended.
     *
     * @param allowance of each owner of uploads in parts
     * @param blocking runs file operations, one task for the whole length of a put: virtual threads suit it
     * @throws IOException if the directory cannot be used, or another process has it open
     */
    public static FileBlobStore open(
            Path directory, UploadAllowance allowance, ClassicActorSystemProvider system, Executor blocking)
            throws IOException {
        BlobDirectory opened = BlobDirectory.open(directory, blocking);
        return new FileBlobStore(opened, new Reception(opened.spool(), opened, allowance), system, blocking);
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
    public CompletionStage<ByteString> readShort(Sha256 id, long offset, int length) {
        return call(() -> directory.readShort(id, offset, length));
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

    @Override
    public CompletionStage<Optional<String>> owner() {
        return call(directory::owner);
    }

    @Override
    public CompletionStage<Void> claim(String owner) {
        return call(() -> {
            directory.claim(owner);
            return null;
        });
    }

    @Override
    public Source<StoredBlob, NotUsed> list(int firstByte) {
        return Source.unfoldResource(() -> directory.list(firstByte).iterator(), FileBlobStore::nextOf, iterator -> {})
                .withAttributes(ActorAttributes.dispatcher(DISPATCHER));
    }

    private static Optional<StoredBlob> nextOf(Iterator<StoredBlob> blobs) {
        return blobs.hasNext() ? Optional.of(blobs.next()) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
