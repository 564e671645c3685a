package io.tinysync.client.drive;

import io.tinysync.client.content.WorkingFile;
import io.tinysync.client.content.WorkingFiles;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes on this device that do not change while this is open: a complete content, or what was held after an unclean stop. */
final class ByteSource {

    private final FileChannel channel;

    private ByteSource(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens a file; what it holds stays readable even if it is removed. */
    static ByteSource open(Path file) throws IOException {
        return new ByteSource(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Reads at an offset until the buffer is full or the file ends; 0 at the end. */
    int read(ByteBuffer into, long offset) throws IOException {
        int total = 0;
        while (into.hasRemaining()) {
            int count = channel.read(into, offset + total);
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    WorkingFile copy(WorkingFiles working, ItemId itemId) throws IOException {
        return working.copyOf(itemId, channel);
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a file that was only read cannot fail", e);
        }
    }
}
