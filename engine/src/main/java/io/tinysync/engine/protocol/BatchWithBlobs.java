package io.tinysync.engine.protocol;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A batch of ops together with short blobs that they name, in one body: the length of the batch (4 bytes, unsigned, big-endian), the batch as
 * JSON, and the blobs as {@link BlobFrames}. Pure.
 *
 * @param batch a {@link MutationsRequest} as JSON, not looked at; shared and not copied
 * @param blobs as many as {@link BlobFrames} allows; views of the body
 */
public record BatchWithBlobs(ByteBuffer batch, List<ShortBlob> blobs) {

    public static final String MEDIA_TYPE = "application/vnd.tinysync.mutations";

    public BatchWithBlobs {
        blobs = List.copyOf(blobs);
    }

    /** A view of its own each time, so that reading it moves nobody else's. */
    @Override
    public ByteBuffer batch() {
        return batch.duplicate();
    }

    /** The body. */
    public byte[] encode() {
        byte[] frames = BlobFrames.encode(blobs);
        return ByteBuffer.allocate(Integer.BYTES + batch.remaining() + frames.length)
                .putInt(batch.remaining())
                .put(batch())
                .put(frames)
                .array();
    }

    /**
     * Takes a body apart.
     *
     * @param body all that remain
     * @throws BlobFrames.MalformedException if it ends too early, or its blobs are none of {@link BlobFrames}
     */
    public static BatchWithBlobs decode(ByteBuffer body) throws BlobFrames.MalformedException {
        ByteBuffer rest = body.slice();
        if (rest.remaining() < Integer.BYTES) {
            throw new BlobFrames.MalformedException(
                    ProblemCode.BAD_REQUEST, "the body ends within the length of the batch");
        }
        long length = Integer.toUnsignedLong(rest.getInt());
        if (length > rest.remaining()) {
            throw new BlobFrames.MalformedException(
                    ProblemCode.BAD_REQUEST,
                    "the batch has " + length + " bytes, and the body ends after " + rest.remaining() + " of them");
        }
        ByteBuffer batch = rest.slice(rest.position(), (int) length);
        rest.position(rest.position() + (int) length);
        return new BatchWithBlobs(batch, BlobFrames.decode(rest));
    }
}
