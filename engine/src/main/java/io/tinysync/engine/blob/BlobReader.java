package io.tinysync.engine.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Reads one range of one file, chunk by chunk. For one thread at a time. */
final class BlobReader {

    private static final int CHUNK_BYTES = 128 << 10;

    private final FileChannel channel;
    private long left;

    BlobReader(Path file, long offset, long length) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        channel.position(offset);
        left = length;
    }

    /** The next bytes; empty at the end of the range or of the file. */
    Optional<ByteString> next() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, left));
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // A read may bring less than was asked for.
        }
        left -= buffer.position();
        return buffer.position() == 0
                ? Optional.empty()
                : Optional.of(ByteString.fromArrayUnsafe(buffer.array(), 0, buffer.position()));
    }

    void close() throws IOException {
        channel.close();
    }
}
