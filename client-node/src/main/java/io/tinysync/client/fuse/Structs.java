package io.tinysync.client.fuse;

import io.tinysync.client.drive.AttributeChange.Mtime;
import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import io.tinysync.client.drive.Space;
import io.tinysync.client.mount.Owner;
import io.tinysync.engine.protocol.ItemKind;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/** The values of the drive in the C structures of libfuse, and back. */
final class Structs {

    private static final int BLOCK_BYTES = 4096;
    /** st_blocks counts these whatever the file system's block is. */
    private static final int STAT_BLOCK_BYTES = 512;

    private static final long NANOS = 1_000_000_000L;
    /** From bits/stat.h: UTIME_NOW and UTIME_OMIT in tv_nsec. */
    private static final long UTIME_NOW = (1L << 30) - 1L;

    private static final long UTIME_OMIT = (1L << 30) - 2L;

    private Structs() {}

    /** The file type bits of a mode. */
    static int type(ItemKind kind) {
        return switch (kind) {
            case FILE -> FileStat.S_IFREG;
            case FOLDER -> FileStat.S_IFDIR;
            case SYMLINK -> FileStat.S_IFLNK;
            // Shown, so that it is known to be there; opening it is refused.
            case UNKNOWN -> FileStat.S_IFREG;
        };
    }

    static void fill(FileStat stat, Attributes attributes, Owner owner) {
        stat.st_ino.set(attributes.ino());
        stat.st_mode.set(type(attributes.kind()) | attributes.mode());
        stat.st_nlink.set(attributes.links());
        stat.st_uid.set(owner.uid());
        stat.st_gid.set(owner.gid());
        stat.st_size.set(attributes.sizeBytes());
        stat.st_blksize.set(BLOCK_BYTES);
        stat.st_blocks.set(Math.ceilDiv(attributes.sizeBytes(), STAT_BLOCK_BYTES));
        long seconds = Math.floorDiv(attributes.mtimeNs(), NANOS);
        long nanos = Math.floorMod(attributes.mtimeNs(), NANOS);
        for (Timespec time : new Timespec[] {stat.st_atim, stat.st_mtim, stat.st_ctim}) {
            time.tv_sec.set(seconds);
            time.tv_nsec.set(nanos);
        }
    }

    static void fill(Statvfs stat, Space space) {
        long freeBlocks = space.freeBytes() / BLOCK_BYTES;
        stat.f_bsize.set(BLOCK_BYTES);
        stat.f_frsize.set(BLOCK_BYTES);
        stat.f_blocks.set(space.totalBytes() / BLOCK_BYTES);
        stat.f_bfree.set(freeBlocks);
        stat.f_bavail.set(freeBlocks);
        stat.f_files.set(space.items() + freeBlocks);
        stat.f_ffree.set(freeBlocks);
        stat.f_favail.set(freeBlocks);
        stat.f_namemax.set(255);
    }

    static Mtime mtime(Timespec time) {
        long nanos = time.tv_nsec.longValue();
        if (nanos == UTIME_OMIT) {
            return new Mtime.Keep();
        }
        if (nanos == UTIME_NOW) {
            return new Mtime.Now();
        }
        try {
            return new Mtime.At(Math.addExact(Math.multiplyExact(time.tv_sec.get(), NANOS), nanos));
        } catch (ArithmeticException e) {
            throw new DriveException(Errno.EINVAL, time.tv_sec.get() + " s is beyond what 64 bits of ns can hold", e);
        }
    }

    /** The native buffer of a request, without a copy. */
    // Restricted, because a wrong size would reach foreign memory; libfuse gives address and size together.
    @SuppressWarnings("restricted")
    static ByteBuffer buffer(Pointer pointer, long sizeBytes) {
        return MemorySegment.ofAddress(pointer.address()).reinterpret(sizeBytes).asByteBuffer();
    }

    /** A C string. */
    static ByteBuffer cString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(bytes.length + 1).put(bytes).put((byte) 0).flip();
    }

    /** Puts as much of a C string as fits, always with its end. */
    static void putCString(Pointer buffer, long sizeBytes, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = (int) Math.min(bytes.length, sizeBytes - 1);
        buffer.put(0, bytes, 0, length);
        buffer.putByte(length, (byte) 0);
    }
}
