package io.tinysync.client.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Reads, copies and forces whole files, where one call of a channel may do a part only. */
final class WholeFiles {

    /** Ends the name of a copy that did not become a working file yet, and holds nothing of its own. */
    static final String COPY_SUFFIX = ".copy";

    private WholeFiles() {}

    /** Makes a folder's names survive power loss. */
    static void forceNames(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Copies the first bytes; the kernel shares blocks instead where the file system can. */
    static void copy(FileChannel from, FileChannel to, long sizeBytes) throws IOException {
        long done = 0;
        while (done < sizeBytes) {
            long count = from.transferTo(done, sizeBytes - done, to);
            if (count <= 0) {
                throw new IOException("the file ends at " + done + " bytes, expected " + sizeBytes);
            }
            done += count;
        }
    }

    /** Makes a file of the first bytes of another, and leaves it open; what had the name before is replaced by the whole. */
    static FileChannel copyTo(Path path, FileChannel from, long sizeBytes) throws IOException {
        Path copy = path.resolveSibling(path.getFileName() + COPY_SUFFIX);
        FileChannel to = FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            copy(from, to, sizeBytes);
            Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
            return to;
        } catch (IOException e) {
            to.close();
            Files.deleteIfExists(copy);
            throw e;
        }
    }

    /** Reads at an offset until the buffer is full or the file ends; -1 where there is nothing. */
    static int readFully(FileChannel channel, ByteBuffer into, long offset) throws IOException {
        int total = 0;
        while (into.hasRemaining()) {
            int count = channel.read(into, offset + total);
            if (count < 0) {
                return total == 0 ? -1 : total;
            }
            total += count;
        }
        return total;
    }
}
