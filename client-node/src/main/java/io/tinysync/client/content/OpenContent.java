package io.tinysync.client.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of bytes that do not change while it is open; they stay readable even if it is removed. Thread-safe. */
public final class OpenContent implements AutoCloseable {

    private final FileChannel channel;
    private final Runnable closed;

    OpenContent(FileChannel channel, Runnable closed) {
        this.channel = channel;
        this.closed = closed;
    }

    /** Opens a file that nothing else keeps. */
    public static OpenContent of(Path file) throws IOException {
        return new OpenContent(FileChannel.open(file, StandardOpenOption.READ), () -> {});
    }

    /** Reads at an offset until the buffer is full or the file ends; 0 at the end. */
    public int read(ByteBuffer into, long offset) throws IOException {
        return Math.max(0, WholeFiles.readFully(channel, into, offset));
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            closed.run();
        }
    }
}
