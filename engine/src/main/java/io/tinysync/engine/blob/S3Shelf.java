package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts blobs into a bucket: blob {@code abcd…} is the object {@code blobs/abcd…}, and its leaves' hashes, if it has more than one,
 * are {@code leaves/abcd…}, which may be missing and are then made anew. What the server says that it has stored is compared with
 * what was sent. Blocking.
 */
final class S3Shelf implements Shelf {

    private static final Logger LOG = LoggerFactory.getLogger(S3Shelf.class);

    static final String BLOBS = "blobs/";
    static final String LEAVES = "leaves/";

    /** The client cannot send an object of no bytes, so that of the empty blob has one. */
    private static final ByteString STANDS_FOR_NOTHING = ByteString.fromArray(new byte[1]);

    /** Blobs in parts on their way at once, each with some 30 MB of parts in memory. */
    private static final int LARGE_AT_ONCE = 4;

    /** Of one group of short blobs; the client has a few dozen connections for all requests together. */
    private static final int SHORT_AT_ONCE = 8;

    private final S3Bucket bucket;
    private final ClassicActorSystemProvider system;
    private final Semaphore large = new Semaphore(LARGE_AT_ONCE);
    private final AtOnce atOnce;

    /** @param blocking runs what waits for the server, each on a thread of its own */
    S3Shelf(S3Bucket bucket, ClassicActorSystemProvider system, Executor blocking) {
        this.bucket = bucket;
        this.system = system;
        this.atOnce = new AtOnce(blocking, SHORT_AT_ONCE);
    }

    @Override
    public void publish(Path file, Leaves leaves) throws IOException {
        if (leaves.size() == 0) {
            putNothing(leaves.sha256());
            return;
        }
        String key = BLOBS + leaves.sha256();
        Sending sending =
                () -> leaves.size() <= EntityTag.PART_BYTES ? put(key, file, leaves.size()) : putInParts(key, file);
        if (!store(leaves, EntityTag.of(file), sending)) {
            return;
        }
        try {
            saveLeaves(leaves);
        } catch (IOException e) {
            LOG.warn(
                    "the leaves of blob {} could not be stored, and will be made anew: {}",
                    leaves.sha256(),
                    e.toString());
        }
    }

    @Override
    public Set<Sha256> publishShort(Collection<ShortBlob> blobs) throws IOException {
        atOnce.forEach(blobs, this::publish);
        return Set.of();
    }

    private void publish(ShortBlob blob) throws IOException {
        if (blob.size() == 0) {
            putNothing(blob.sha256());
            return;
        }
        Source<ByteString, ?> bytes = Source.single(ByteString.fromByteBuffer(blob.bytes()));
        store(
                LeavesFile.single(blob.sha256(), blob.size()),
                EntityTag.of(blob.bytes()),
                () -> await(bucket.put(BLOBS + blob.sha256(), bytes, blob.size())));
    }

    private void putNothing(Sha256 id) throws IOException {
        await(bucket.put(BLOBS + id, Source.single(STANDS_FOR_NOTHING), 1));
    }

    /** Sends an object; the entity tag that the server gave it. */
    @FunctionalInterface
    private interface Sending {
        String send() throws IOException;
    }

    /**
     * Stores a blob, if it is not there, and sees to it that it is what was sent.
     *
     * @return false if it was there
     */
    private boolean store(Leaves leaves, String expected, Sending sending) throws IOException {
        if (isThere(BLOBS + leaves.sha256(), leaves.size(), expected)) {
            return false;
        }
        String actual = sending.send();
        if (!EntityTag.isSame(expected, actual)) {
            LOG.warn("the S3 server calls blob {} {}, not {}: reading it back", leaves.sha256(), actual, expected);
            checkStored(leaves, actual);
        }
        return true;
    }

    /** What is there already is left alone, so that no upload that fails can spoil it. */
    private boolean isThere(String key, long length, String expected) throws IOException {
        return await(bucket.describe(key))
                .filter(object -> object.length() == length && EntityTag.isSame(expected, object.entityTag()))
                .isPresent();
    }

    private String put(String key, Path file, long length) throws IOException {
        return await(bucket.put(key, FileIO.fromPath(file), length));
    }

    private String putInParts(String key, Path file) throws IOException {
        large.acquireUninterruptibly();
        try {
            return await(bucket.putInParts(key, FileIO.fromPath(file)));
        } finally {
            large.release();
        }
    }

    /** Some servers' entity tags say nothing of the bytes (those that encrypt, for one); then only the bytes do. */
    private void checkStored(Leaves leaves, String entityTag) throws IOException {
        Leaves stored = readLeaves(leaves.sha256());
        if (!stored.equals(leaves)) {
            deleteIfStill(BLOBS + leaves.sha256(), entityTag);
            throw new IOException("the S3 server has stored " + stored.size() + " bytes with the hash "
                    + stored.sha256() + " as blob " + leaves.sha256() + " of " + leaves.size());
        }
    }

    /** Another request may have stored the blob in the meantime, and been told so. */
    private void deleteIfStill(String key, String entityTag) throws IOException {
        if (await(bucket.describe(key))
                .filter(object -> EntityTag.isSame(object.entityTag(), entityTag))
                .isPresent()) {
            await(bucket.delete(key));
        }
    }

    /** The leaves of the bytes that are stored. */
    Leaves readLeaves(Sha256 id) throws IOException {
        BlobDigest digest = new BlobDigest();
        byte[] buffer = new byte[128 << 10];
        try (InputStream bytes =
                bucket.get(BLOBS + id, 0, Long.MAX_VALUE).runWith(StreamConverters.asInputStream(), system)) {
            for (int length = bytes.read(buffer); length >= 0; length = bytes.read(buffer)) {
                digest.update(ByteBuffer.wrap(buffer, 0, length));
            }
        }
        return digest.finish();
    }

    void saveLeaves(Leaves leaves) throws IOException {
        if (leaves.size() > Leaves.LEAF_BYTES) {
            byte[] list = LeavesFile.encode(leaves);
            await(bucket.put(LEAVES + leaves.sha256(), Source.single(ByteString.fromArrayUnsafe(list)), list.length));
        }
    }

    /** A blob's size by that of its object. */
    static long size(Sha256 id, long length) {
        return id.equals(Content.EMPTY.sha256()) ? 0 : length;
    }

    private static <T> T await(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}
