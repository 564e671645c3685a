package io.tinysync.simulation.disk;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** A file's bytes and mode as the page cache has them, and as the platters do. */
final class DiskFile implements DiskNode {

    /** The page cache's grain; small, so that small files tear too. */
    private static final int BLOCK = 16;

    private static final Set<PosixFilePermission> NEW = PosixFilePermissions.fromString("rw-------");

    byte[] bytes = new byte[0];
    int size;
    long mtimeMs;
    Set<PosixFilePermission> mode = NEW;

    private byte[] durable = bytes;
    private int durableSize;
    private long durableMtimeMs;
    private Set<PosixFilePermission> durableMode = NEW;
    /** What the next fsync would write out. */
    private boolean dirty;
    /** What is on the platters is not what is cached, and no fsync knows. */
    private boolean dropped;

    DiskFile copy() {
        DiskFile copy = new DiskFile();
        copy.bytes = bytes.clone();
        copy.size = size;
        copy.mtimeMs = mtimeMs;
        copy.mode = mode;
        copy.durable = copy.bytes.clone();
        copy.durableSize = size;
        copy.durableMode = mode;
        copy.durableMtimeMs = mtimeMs;
        return copy;
    }

    void write(int offset, byte[] from, int count) {
        int end = offset + count;
        reserve(end);
        System.arraycopy(from, 0, bytes, offset, count);
        size = Math.max(size, end);
        dirty = true;
    }

    void truncate(int newSize) {
        if (newSize < size) {
            Arrays.fill(bytes, newSize, size, (byte) 0);
            size = newSize;
            dirty = true;
        }
    }

    void chmod(Set<PosixFilePermission> newMode) {
        mode = newMode;
        dirty = true;
    }

    void touch(long newMtimeMs) {
        mtimeMs = newMtimeMs;
        dirty = true;
    }

    private void reserve(int capacity) {
        if (capacity > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, bytes.length * 2));
        }
    }

    void fsync() {
        if (dirty) {
            durable = Arrays.copyOf(bytes, size);
            durableSize = size;
            durableMode = mode;
            durableMtimeMs = mtimeMs;
            dirty = false;
            dropped = false;
        }
    }

    /** An fsync that failed: some blocks were written, and the others are clean from now on although they never will be. */
    void fsyncFailed(IntUnaryOperator below) {
        byte[] torn = torn(below);
        durable = torn;
        durableSize = torn.length;
        dropped = dirty || dropped;
        dirty = false;
    }

    /** Only what is on the platters is left, and any part of what was on its way there. */
    void losePower(IntUnaryOperator below) {
        if (dirty) {
            durable = torn(below);
            durableSize = durable.length;
            durableMode = below.applyAsInt(2) == 0 ? mode : durableMode;
            durableMtimeMs = below.applyAsInt(2) == 0 ? mtimeMs : durableMtimeMs;
        }
        bytes = Arrays.copyOf(durable, durableSize);
        size = durableSize;
        mode = durableMode;
        mtimeMs = durableMtimeMs;
        dirty = false;
        dropped = false;
    }

    private byte[] torn(IntUnaryOperator below) {
        int newSize = switch (below.applyAsInt(4)) {
            case 0 -> durableSize;
            case 1 -> Math.min(size, durableSize) + below.applyAsInt(Math.abs(size - durableSize) + 1);
            default -> size;
        };
        byte[] torn = new byte[newSize];
        int fate = below.applyAsInt(3);
        for (int at = 0; at < newSize; at += BLOCK) {
            int end = Math.min(at + BLOCK, newSize);
            boolean written = fate == 0 || (fate == 2 && below.applyAsInt(2) == 0);
            byte[] source = written ? bytes : durable;
            int sourceSize = written ? size : durableSize;
            if (at < sourceSize) {
                System.arraycopy(source, at, torn, at, Math.min(end, sourceSize) - at);
            }
        }
        return torn;
    }

    /** One bit is another, in the cache and on the platters. */
    void flipBit(int bit) {
        int at = bit / 8;
        bytes[at] ^= (byte) (1 << bit % 8);
        if (at < durableSize) {
            durable = durable.clone();
            durable[at] = bytes[at];
        }
    }
}
