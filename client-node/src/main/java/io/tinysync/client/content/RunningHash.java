package io.tinysync.client.content;

import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * The SHA-256 of a file that is being written. Follows writes that go on where the last one ended; what was written otherwise is
 * read back when the hash is asked for. Not thread-safe.
 */
final class RunningHash {

    private static final int READ_BYTES = 256 * 1024;

    private MessageDigest digest = Sha256.newDigest();
    private long hashedBytes;

    /** Takes note of bytes that were written at an offset; the buffer's position stays. */
    void wrote(long offset, ByteBuffer bytes) {
        if (offset == hashedBytes) {
            hashedBytes += bytes.remaining();
            digest.update(bytes.duplicate());
        } else {
            mayHaveChanged(offset);
        }
    }

    /** Takes note that what is in the file from an offset on is not known, as after a write that failed. */
    void mayHaveChanged(long offset) {
        if (offset < hashedBytes) {
            restart();
        }
    }

    /** Takes note that the file was cut or extended to a length. */
    void resized(long sizeBytes) {
        if (sizeBytes < hashedBytes) {
            restart();
        }
    }

    /** How much of the beginning need not be read back. */
    long hashedBytes() {
        return hashedBytes;
    }

    /** The hash of the file's first bytes; reads those that were not seen in order. */
    Sha256 of(FileChannel channel, long sizeBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(sizeBytes - hashedBytes, 1, READ_BYTES));
        while (hashedBytes < sizeBytes) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), sizeBytes - hashedBytes));
            int read = channel.read(buffer, hashedBytes);
            if (read <= 0) {
                throw new IOException("the file ends at " + hashedBytes + " bytes, expected " + sizeBytes);
            }
            digest.update(buffer.flip());
            hashedBytes += read;
        }
        return Sha256.of(copy().digest());
    }

    private MessageDigest copy() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be cloned", e);
        }
    }

    private void restart() {
        digest = Sha256.newDigest();
        hashedBytes = 0;
    }
}
