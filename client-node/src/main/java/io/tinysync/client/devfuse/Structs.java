package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Space;
import io.tinysync.client.mount.Owner;
import io.tinysync.engine.protocol.ItemKind;
import java.nio.ByteBuffer;

/** The drive's values in the structures of linux/fuse.h, which are the same on all 64-bit machines. */
final class Structs {

    /**
     * How long the kernel may keep what it was told: as long as nothing changes, since it is told of every change. In seconds; an
     * hour, so that a notification that got lost by a fault is not for ever.
     */
    private static final long KEEP_SECONDS = 3600;

    static final int ENTRY_BYTES = 128;

    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFLNK = 0120000;

    /** From struct dirent: the type bits of a mode, shifted. */
    private static final int TYPE_SHIFT = 12;

    private static final int BLOCK_BYTES = 4096;
    /** st_blocks counts these whatever the file system's block is. */
    private static final int STAT_BLOCK_BYTES = 512;

    private static final int NAME_BYTES = 255;
    private static final long NANOS = 1_000_000_000L;

    private Structs() {}

    /** struct fuse_entry_out. */
    static void putEntry(ByteBuffer out, Attributes attributes, Owner owner, boolean keep) {
        long seconds = keep ? KEEP_SECONDS : 0;
        out.putLong(attributes.ino()).putLong(0).putLong(seconds).putLong(seconds);
        out.putInt(0).putInt(0);
        putAttributes(out, attributes, owner);
    }

    /** A struct fuse_entry_out at a position says from now on that it must not be kept. */
    static void doNotKeep(ByteBuffer out, int position) {
        out.putLong(position + 16, 0).putLong(position + 24, 0);
    }

    /** A struct fuse_entry_out that says that there is no such name, which may be kept. */
    static void putAbsent(ByteBuffer out) {
        out.putLong(0).putLong(0).putLong(KEEP_SECONDS).putLong(0);
        putZeros(out, ENTRY_BYTES - 32);
    }

    static void putZeros(ByteBuffer out, int bytes) {
        for (int i = 0; i < bytes; i += Long.BYTES) {
            out.putLong(0);
        }
    }

    /** struct fuse_attr_out. */
    static void putAttributeReply(ByteBuffer out, Attributes attributes, Owner owner, boolean keep) {
        out.putLong(keep ? KEEP_SECONDS : 0).putInt(0).putInt(0);
        putAttributes(out, attributes, owner);
    }

    /** struct fuse_attr. */
    private static void putAttributes(ByteBuffer out, Attributes attributes, Owner owner) {
        long seconds = Math.floorDiv(attributes.mtimeNs(), NANOS);
        int nanos = (int) Math.floorMod(attributes.mtimeNs(), NANOS);
        out.putLong(attributes.ino())
                .putLong(attributes.sizeBytes())
                .putLong(Math.ceilDiv(attributes.sizeBytes(), STAT_BLOCK_BYTES));
        out.putLong(seconds).putLong(seconds).putLong(seconds);
        out.putInt(nanos).putInt(nanos).putInt(nanos);
        out.putInt(type(attributes.kind()) | attributes.mode()).putInt(attributes.links());
        out.putInt(owner.uid()).putInt(owner.gid()).putInt(0);
        out.putInt(BLOCK_BYTES).putInt(0);
    }

    private static int type(ItemKind kind) {
        return switch (kind) {
            case FILE -> S_IFREG;
            case FOLDER -> S_IFDIR;
            case SYMLINK -> S_IFLNK;
            // Shown, so that it is known to be there; opening it is refused.
            case UNKNOWN -> S_IFREG;
        };
    }

    /** What an entry of a folder says of its kind. */
    static int entryType(ItemKind kind) {
        return type(kind) >> TYPE_SHIFT;
    }

    /** struct fuse_open_out. */
    static void putOpened(ByteBuffer out, long handle, int flags) {
        out.putLong(handle).putInt(flags).putInt(0);
    }

    /** struct fuse_statfs_out. */
    static void putSpace(ByteBuffer out, Space space) {
        long freeBlocks = space.freeBytes() / BLOCK_BYTES;
        out.putLong(space.totalBytes() / BLOCK_BYTES).putLong(freeBlocks).putLong(freeBlocks);
        out.putLong(space.items() + freeBlocks).putLong(freeBlocks);
        out.putInt(BLOCK_BYTES).putInt(NAME_BYTES).putInt(BLOCK_BYTES).putInt(0);
        putZeros(out, 6 * Integer.BYTES);
    }
}
