package io.tinysync.client.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks whether commits follow a damaged place in SQLite's log, where SQLite itself stops without a word (the format and its
 * checksum: https://sqlite.org/fileformat2.html#walformat). A damage in the middle of the file looks so, and also a loss of power
 * before the log was synced.
 */
final class LogCheck {

    private static final int HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int MAGIC = 0x377f0682;

    private final boolean bigEndian;
    private final int pageBytes;
    private final long salt;
    private int first;
    private int second;

    private LogCheck(ByteBuffer header) {
        this.bigEndian = (header.getInt(0) & 1) != 0;
        this.pageBytes = header.getInt(8);
        this.salt = header.getLong(16);
        add(header, 0, 24);
    }

    /** Whether the log of a store's file, which nobody has open, holds more than SQLite will read of it. */
    static boolean holdsLostCommits(Path store) throws IOException {
        Path log = WriteAheadLog.path(store);
        if (!Files.exists(log)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.BIG_ENDIAN);
            if (!fill(channel, header)) {
                return false;
            }
            boolean isLog = (header.getInt(0) & ~1) == MAGIC && Integer.bitCount(header.getInt(8)) == 1;
            return !isLog ? channel.size() > HEADER_BYTES : new LogCheck(header).endsEarly(channel, header);
        }
    }

    private boolean endsEarly(FileChannel channel, ByteBuffer header) throws IOException {
        boolean valid = isChecksum(header, 24);
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + pageBytes).order(ByteOrder.BIG_ENDIAN);
        while (fill(channel, frame)) {
            boolean ofThisLog = frame.getLong(8) == salt;
            if (valid) {
                add(frame, 0, 8);
                add(frame, FRAME_HEADER_BYTES, pageBytes);
                valid = ofThisLog && isChecksum(frame, 16);
            } else if (ofThisLog) {
                return true;
            }
        }
        return false;
    }

    private boolean isChecksum(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) == first && bytes.getInt(offset + 4) == second;
    }

    private void add(ByteBuffer bytes, int offset, int count) {
        ByteBuffer words = bytes.duplicate().order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int at = offset; at < offset + count; at += 8) {
            first += words.getInt(at) + second;
            second += words.getInt(at + 4) + first;
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
