package io.tinysync.client.devfuse;

import java.nio.ByteBuffer;

/**
 * What daemon and kernel agree on with the first message, INIT.
 *
 * @param minor of the protocol's version 7, the smaller of both sides'
 */
record Negotiation(int minor) {

    /** The most that one write or read carries; the kernel's own limit is 256 pages. */
    static final int MAX_DATA_BYTES = 1 << 20;

    private static final int MAX_PAGES = MAX_DATA_BYTES / 4096;

    private static final int MAJOR = 7;
    /** Of Linux 5.4, which has all that is needed: {@link #EXPLICIT_INVALIDATION} came with 7.30. */
    private static final int MIN_MINOR = 31;
    /** The latest whose structures are known here. */
    private static final int MAX_MINOR = 40;

    /** Read-ahead waiting for downloads must not take the places of other reads; the kernel's default is 12. */
    private static final int MAX_BACKGROUND = 1024;

    private static final int CONGESTED = MAX_BACKGROUND * 3 / 4;

    // Flags of fuse_init_in and fuse_init_out.
    private static final int ASYNC_READ = 1;
    /** O_TRUNC comes with the open, so that a safe save is one act. */
    private static final int ATOMIC_TRUNCATE = 1 << 3;

    private static final int BIG_WRITES = 1 << 5;
    /**
     * A folder is read with the attributes of what is in it. With READDIRPLUS_AUTO (1 << 14) beside it the kernel asks for them at a
     * folder's beginning only, until a first entry was looked at: programs that read a folder to its end first, as {@code find} and
     * {@code ls} do, would then have each of the others asked for by itself.
     */
    private static final int READDIRPLUS = 1 << 13;

    private static final int ASYNC_DIRECT = 1 << 15;
    private static final int PARALLEL_DIRECTORIES = 1 << 18;
    /** A request that comes with max_pages is answered so. */
    private static final int HAS_MAX_PAGES = 1 << 22;
    /** A link's target never changes. */
    private static final int CACHE_LINKS = 1 << 23;
    /** What the kernel has of contents goes when it is told so, and not because a time looks different. */
    private static final int EXPLICIT_INVALIDATION = 1 << 25;
    /** There are no set-id bits here, so that the kernel need not look for them before each write. */
    private static final int HANDLES_PRIVILEGES = 1 << 28;

    private static final int WANTED = ASYNC_READ
            | ATOMIC_TRUNCATE
            | BIG_WRITES
            | READDIRPLUS
            | ASYNC_DIRECT
            | PARALLEL_DIRECTORIES
            | HAS_MAX_PAGES
            | CACHE_LINKS
            | EXPLICIT_INVALIDATION
            | HANDLES_PRIVILEGES;

    /** Answers INIT: struct fuse_init_in, whose length differs between kernels, with struct fuse_init_out. */
    static Negotiation answer(Request request, ByteBuffer out) {
        int major = request.int32();
        int minor = request.int32();
        int readAheadBytes = request.int32();
        int offered = request.int32();
        if (major != MAJOR || minor < MIN_MINOR) {
            throw new UnsupportedKernelException("the kernel speaks version %d.%d of the FUSE protocol, needed is %d.%d"
                    .formatted(major, minor, MAJOR, MIN_MINOR));
        }
        Negotiation agreed = new Negotiation(Math.min(minor, MAX_MINOR));
        out.putInt(MAJOR).putInt(agreed.minor).putInt(readAheadBytes).putInt(offered & WANTED);
        out.putShort((short) MAX_BACKGROUND).putShort((short) CONGESTED);
        out.putInt(MAX_DATA_BYTES).putInt(1);
        out.putShort((short) MAX_PAGES).putShort((short) 0);
        Structs.putZeros(out, 8 * Integer.BYTES);
        return agreed;
    }

    /** The kernel is too old; the message says so. */
    static final class UnsupportedKernelException extends RuntimeException {
        UnsupportedKernelException(String message) {
            super(message, null, false, false);
        }
    }
}
