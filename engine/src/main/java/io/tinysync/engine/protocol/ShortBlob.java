package io.tinysync.engine.protocol;

import java.nio.ByteBuffer;

/**
 * A blob of few bytes together with them, as it travels in a frame of {@link BlobFrames}. Whether the bytes have that hash is for
 * whoever takes them to find out.
 *
 * @param sha256 the hash that names it
 * @param bytes all that remain in the buffer, at most {@link BlobFrames#MAX_BLOB_BYTES}; shared and not copied, so nobody may change them
 */
public record ShortBlob(Sha256 sha256, ByteBuffer bytes) {

    public ShortBlob {
        if (bytes.remaining() > BlobFrames.MAX_BLOB_BYTES) {
            throw new IllegalArgumentException(
                    "a short blob has " + bytes.remaining() + " bytes, the limit is " + BlobFrames.MAX_BLOB_BYTES);
        }
    }

    /** A view of its own each time, so that reading it moves nobody else's. */
    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /** Its length in bytes. */
    public int size() {
        return bytes.remaining();
    }
}
