package io.tinysync.engine.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The form in which several short blobs travel in one body: frames one after the other, each the SHA-256 (32 bytes), the length (4 bytes,
 * unsigned, big-endian) and so many bytes, and nothing between or after them. Pure.
 */
public final class BlobFrames {

    public static final String MEDIA_TYPE = "application/vnd.tinysync.blobs";

    /** The bytes of one blob; a longer one travels by itself. */
    public static final int MAX_BLOB_BYTES = 64 << 10;

    /** Frames of one body. */
    public static final int MAX_FRAMES = 128;

    /** All bytes of one body, the frames' heads included. */
    public static final int MAX_BODY_BYTES = 4 << 20;

    /** What a frame has before its blob's bytes. */
    public static final int HEAD_BYTES = Sha256.BYTES + Integer.BYTES;

    private BlobFrames() {}

    /** A body that is not of the form, or over a limit; the message is fit for its sender. */
    public static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final ProblemCode code;

        MalformedException(ProblemCode code, String message) {
            super(message);
            this.code = code;
        }

        /** {@code too_large} where there are more frames or bytes than a body may have, {@code bad_request} otherwise. */
        public ProblemCode code() {
            return code;
        }
    }

    /** How many bytes the frame of a blob of so many bytes has. */
    public static int length(int blobBytes) {
        return HEAD_BYTES + blobBytes;
    }

    /**
     * The body of these blobs, in their order.
     *
     * @throws IllegalArgumentException if they are more than a body may have
     */
    public static byte[] encode(List<ShortBlob> blobs) {
        int length = blobs.stream().mapToInt(blob -> length(blob.size())).sum();
        if (blobs.size() > MAX_FRAMES || length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException(blobs.size() + " frames of " + length + " bytes, the limits are "
                    + MAX_FRAMES + " and " + MAX_BODY_BYTES);
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        for (ShortBlob blob : blobs) {
            body.put(blob.sha256().toBytes()).putInt(blob.size()).put(blob.bytes());
        }
        return body.array();
    }

    /**
     * The blobs of a body, in its order; their bytes are views of it. Hashes are not checked, and one may come twice.
     *
     * @param body all that remain; no frame at all is a body too
     * @throws MalformedException if it is over a limit or does not end with a frame's end
     */
    public static List<ShortBlob> decode(ByteBuffer body) throws MalformedException {
        if (body.remaining() > MAX_BODY_BYTES) {
            throw new MalformedException(
                    ProblemCode.TOO_LARGE,
                    "the body has " + body.remaining() + " bytes, the limit is " + MAX_BODY_BYTES);
        }
        List<ShortBlob> blobs = new ArrayList<>();
        for (ByteBuffer rest = body.slice(); rest.hasRemaining(); ) {
            if (blobs.size() == MAX_FRAMES) {
                throw new MalformedException(
                        ProblemCode.TOO_LARGE, "there are more frames than the limit of " + MAX_FRAMES);
            }
            blobs.add(frame(rest, blobs.size() + 1));
        }
        return blobs;
    }

    /** Takes the next frame. */
    private static ShortBlob frame(ByteBuffer rest, int number) throws MalformedException {
        if (rest.remaining() < HEAD_BYTES) {
            throw malformed("the body ends within the head of frame " + number);
        }
        byte[] hash = new byte[Sha256.BYTES];
        rest.get(hash);
        long length = Integer.toUnsignedLong(rest.getInt());
        if (length > MAX_BLOB_BYTES) {
            throw malformed("frame " + number + " has " + length + " bytes, the limit is " + MAX_BLOB_BYTES);
        }
        if (length > rest.remaining()) {
            throw malformed("frame " + number + " has " + length + " bytes, and the body ends after " + rest.remaining()
                    + " of them");
        }
        ByteBuffer bytes = rest.slice(rest.position(), (int) length);
        rest.position(rest.position() + (int) length);
        return new ShortBlob(Sha256.of(hash), bytes);
    }

    private static MalformedException malformed(String message) {
        return new MalformedException(ProblemCode.BAD_REQUEST, message);
    }
}
