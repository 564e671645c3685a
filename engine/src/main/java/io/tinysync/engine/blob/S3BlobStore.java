package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A blob store in one bucket of an S3-compatible server, which other nodes may use too. What comes is received on this machine's
 * disk and goes to the bucket once its hash is known to be right. Needs the settings of {@code tinysync-s3.conf}.
 */
public final class S3BlobStore extends SpooledBlobStore {

    /** As {@link BlobStore#read} promises. */
    private static final int CHUNK_BYTES = 128 << 10;

    /** The object that says whose the bucket is. */
    private static final String OWNER = "owner";

    private final S3Bucket bucket;
    private final S3Shelf shelf;
    private final ClassicActorSystemProvider system;

    private S3BlobStore(
            S3Bucket bucket, S3Shelf shelf, Reception reception, ClassicActorSystemProvider system, Executor blocking) {
        super(reception, system, blocking);
        this.bucket = bucket;
        this.shelf = shelf;
        this.system = system;
    }

    /**
     * Opens the store; the bucket is first asked when it is needed.
     *
     * @param spool a directory of this process alone for what is being received
     * @param allowance of each owner of uploads in parts
     * @param blocking runs file operations, one task for the whole length of a put: virtual threads suit it
     * @throws IOException if the directory cannot be used
     */
    public static S3BlobStore open(
            S3Access access,
            Path spool,
            UploadAllowance allowance,
            ClassicActorSystemProvider system,
            Executor blocking)
            throws IOException {
        S3Bucket bucket = new S3Bucket(access, system);
        S3Shelf shelf = new S3Shelf(bucket, system, blocking);
        return new S3BlobStore(bucket, shelf, new Reception(Spool.open(spool), shelf, allowance), system, blocking);
    }

    /** Why the S3 server does not let this store use its bucket; empty if it does. Fails if the server does not answer. */
    public CompletionStage<Optional<String>> refusal() {
        return bucket.refusal();
    }

    @Override
    public CompletionStage<OptionalLong> stat(Sha256 id) {
        return bucket.length(S3Shelf.BLOBS + id)
                .thenApply(length -> length.map(bytes -> OptionalLong.of(S3Shelf.size(id, bytes)))
                        .orElse(OptionalLong.empty()));
    }

    @Override
    public Source<ByteString, NotUsed> read(Sha256 id, long offset, long length) {
        long wanted = S3Shelf.size(id, length);
        // Of no bytes at least one is asked for, so that a missing blob is noticed.
        return bucket.get(S3Shelf.BLOBS + id, offset, Math.max(1, wanted))
                .filter(chunk -> wanted > 0)
                .mapConcat(S3BlobStore::chunks);
    }

    @Override
    public CompletionStage<ByteString> readShort(Sha256 id, long offset, int length) {
        return read(id, offset, length).runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system);
    }

    private static Iterable<ByteString> chunks(ByteString bytes) {
        return bytes.size() <= CHUNK_BYTES
                ? List.of(bytes)
                : () -> scala.jdk.javaapi.CollectionConverters.asJava(bytes.grouped(CHUNK_BYTES));
    }

    @Override
    public CompletionStage<Optional<Leaves>> leaves(Sha256 id) {
        return stat(id).thenCompose(size -> size.isEmpty()
                ? CompletableFuture.completedFuture(Optional.<Leaves>empty())
                : leaves(id, size.getAsLong()).thenApply(Optional::of));
    }

    private CompletionStage<Leaves> leaves(Sha256 id, long size) {
        if (size <= Leaves.LEAF_BYTES) {
            return CompletableFuture.completedFuture(LeavesFile.single(id, size));
        }
        return savedLeaves(id, size)
                .thenCompose(saved -> saved.<CompletionStage<Leaves>>map(CompletableFuture::completedFuture)
                        .orElseGet(() -> call(() -> computedLeaves(id))));
    }

    private CompletionStage<Optional<Leaves>> savedLeaves(Sha256 id, long size) {
        String key = S3Shelf.LEAVES + id;
        return bucket.length(key)
                .thenCompose(length -> length.isEmpty() || length.get() != LeavesFile.length(size)
                        ? CompletableFuture.completedFuture(Optional.<Leaves>empty())
                        : bucket.get(key, 0, length.get())
                                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system)
                                .thenApply(list -> LeavesFile.decode(id, size, list.toArray())));
    }

    private Leaves computedLeaves(Sha256 id) throws IOException {
        Leaves leaves = shelf.readLeaves(id);
        if (!leaves.sha256().equals(id)) {
            throw new IOException("blob " + id + " is damaged: its bytes have the hash " + leaves.sha256());
        }
        shelf.saveLeaves(leaves);
        return leaves;
    }

    @Override
    public CompletionStage<Void> delete(Sha256 id) {
        return bucket.delete(S3Shelf.BLOBS + id).thenCompose(done -> bucket.delete(S3Shelf.LEAVES + id));
    }

    @Override
    public CompletionStage<Void> removeLeftovers(Duration unused) {
        return super.removeLeftovers(unused)
                .thenCompose(done ->
                        bucket.abandonUploads(S3Shelf.BLOBS, Instant.now().minus(unused)));
    }

    @Override
    public CompletionStage<Optional<String>> owner() {
        return bucket.length(OWNER)
                .thenCompose(length -> length.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.<String>empty())
                        : bucket.get(OWNER, 0, length.get())
                                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system)
                                .thenApply(line -> Optional.of(line.utf8String().strip())));
    }

    @Override
    public CompletionStage<Void> claim(String owner) {
        ByteString line = ByteString.fromString(owner + "\n");
        return bucket.put(OWNER, Source.single(line), line.size()).thenAccept(stored -> {});
    }

    @Override
    public Source<StoredBlob, NotUsed> list(int firstByte) {
        String prefix = S3Shelf.BLOBS + HexFormat.of().toHexDigits((byte) firstByte);
        return bucket.list(prefix)
                .map(object ->
                        stored(Sha256.parse(object.getKey().substring(S3Shelf.BLOBS.length())), object.getSize()));
    }

    private static StoredBlob stored(Sha256 id, long length) {
        return new StoredBlob(id, S3Shelf.size(id, length));
    }

    @Override
    public void close() {}
}
