package io.tinysync.client.devfuse;

import io.tinysync.client.drive.OpenMode;

/** The flags of open(2) that matter here; these have the same numbers on x86-64 and aarch64. */
final class OpenFlags {

    private static final int O_ACCMODE = 3;
    private static final int O_EXCL = 0200;
    private static final int O_TRUNC = 01000;
    private static final int O_APPEND = 02000;

    private OpenFlags() {}

    static boolean isExclusive(int flags) {
        return (flags & O_EXCL) != 0;
    }

    /** Linux empties a file also for O_RDONLY with O_TRUNC, and has asked before whether it may be written. */
    static OpenMode mode(int flags) {
        boolean truncate = (flags & O_TRUNC) != 0;
        boolean write = truncate || (flags & O_ACCMODE) != 0;
        return new OpenMode(write, truncate, write && (flags & O_APPEND) != 0);
    }
}
