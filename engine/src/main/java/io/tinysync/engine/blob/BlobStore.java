package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Immutable contents by their SHA-256. Knows nothing of vaults or access: whoever calls decides who may have what.
 *
 * <p>A blob is visible only whole and only with the bytes that its id names. Any number of callers may put, read and delete
 * the same blob at once. Every operation may be repeated. Bytes are streamed; memory does not depend on a blob's size.
 *
 * <p>A stage fails, with an {@link IOException}, when the store cannot be read or written; that says nothing about
 * whether a blob is there.
 */
public interface BlobStore extends AutoCloseable {

    /** A listing comes in so many slices, by the first byte of the hash. */
    int SLICES = 256;

    /**
     * Keeps the bytes under their id. Always reads them, also if the blob is there already, so that a caller proves to have
     * them. Once the result is {@link PutResult.Stored} the blob survives a crash of the process and of the machine. After any
     * other result, a failure of {@code bytes} or of the store, or a crash, the blob is as it was before, and what was written
     * half is removed, at the latest when the store is next opened.
     *
     * @param maxBytes how many bytes are taken at most
     * @param bytes materialised once; cancelled when they turn out not to be wanted
     */
    CompletionStage<PutResult> put(Sha256 id, long maxBytes, Source<ByteString, ?> bytes);

    /**
     * Keeps several short blobs, each by itself as {@link #put} does, in about the time that one takes. The same blob may come more than
     * once, here too. A blob that is there with these bytes already is not written again.
     *
     * <p>If the stage fails, any of them may be there or not, and none half.
     *
     * @return what became of each, in the order given; never {@link PutResult.TooLarge}
     */
    CompletionStage<List<PutResult>> putShort(List<ShortBlob> blobs);

    /** The blob's size in bytes; empty if it is not there. */
    CompletionStage<OptionalLong> stat(Sha256 id);

    /**
     * The bytes from {@code offset} on, at most {@code length} of them, in chunks of at most 128 KiB. The source fails with a
     * {@link java.nio.file.NoSuchFileException} if the blob is not there; once it has begun, a delete does not disturb it.
     */
    Source<ByteString, NotUsed> read(Sha256 id, long offset, long length);

    /** How many bytes {@link #readShort} gives at most. */
    int SHORT_BYTES = BlobFrames.MAX_BLOB_BYTES;

    /**
     * As {@link #read}, in one piece, for a few bytes: most files are small, and a stream costs more than what it carries then.
     *
     * @param length at most {@link #SHORT_BYTES}
     */
    CompletionStage<ByteString> readShort(Sha256 id, long offset, int length);

    /** The hashes of the blob's pieces; empty if it is not there. Fails if what is stored no longer has the blob's hash. */
    CompletionStage<Optional<Leaves>> leaves(Sha256 id);

    /** Removes the blob; nothing happens if it is not there. Durable once the stage completes. */
    CompletionStage<Void> delete(Sha256 id);

    /** Lets go of what the store holds. Operations in flight may fail afterwards. */
    @Override
    void close() throws IOException;

    /** Whose store this is, as {@link #claim} was told; empty if it is nobody's. */
    CompletionStage<Optional<String>> owner();

    /**
     * Makes the store somebody's. Durable once the stage completes. Whoever calls has found it to be nobody's or its own.
     *
     * @param owner one line
     */
    CompletionStage<Void> claim(String owner);

    /** Whether there is room to receive so many bytes now; that they will all fit is not promised. */
    CompletionStage<Boolean> hasRoom(long bytes);

    /**
     * How many bytes of an upload in parts have arrived; 0 if nothing is known of it. Ends an {@link #append} to it that is still
     * under way, so that its sender can go on from there.
     */
    CompletionStage<Long> arrived(UploadId upload);

    /**
     * Adds bytes to an upload in parts. What has arrived is kept, also when the stream breaks off, for some days at least (see
     * {@link #removeLeftovers}), on this node, unless its owner comes to the end of its {@link UploadAllowance}: then the uploads
     * make room that have been left for the longest time. A second call for the same upload ends one that is still under way: its sender has
     * come again.
     *
     * @param offset where these bytes begin; only at the end of what has arrived are they taken
     * @param maxBytes how many bytes the whole upload may have
     * @param bytes materialised once
     */
    CompletionStage<AppendResult> append(UploadId upload, long offset, long maxBytes, Source<ByteString, ?> bytes);

    /**
     * Keeps what has arrived of an upload as a blob, as {@link #put} does. If the stage fails or there is no space, all of it is
     * still there and this may be called again; in any other case the upload is over.
     */
    CompletionStage<PutResult> complete(UploadId upload, Sha256 id);

    /**
     * Removes what uploads have left that came to no end.
     *
     * @param unused how long nothing may have come
     */
    CompletionStage<Void> removeLeftovers(Duration unused);

    /**
     * The blobs whose hash begins with this byte, from 0 to {@link #SLICES} - 1, in the order of their ids. Complete, or failed:
     * whether a blob is there that is put or deleted meanwhile is open.
     */
    Source<StoredBlob, NotUsed> list(int firstByte);
}
