package io.tinysync.client.devfuse;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.StampedLock;

/**
 * The kernel's end of one mount: an open {@code /dev/fuse}. Messages are read and written whole. Thread-safe; closing waits for
 * those who write, so that no late answer reaches another file that got the same descriptor.
 */
final class Device implements AutoCloseable {

    private static final int EBADF = 9;

    private final int descriptor;
    private final StampedLock use = new StampedLock();
    private boolean closed;

    Device(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Waits for the kernel's next message; its length, or the negative errno. Not to be called after {@link #close}. */
    int read(MemorySegment into) {
        return Libc.read(descriptor, into);
    }

    /** Sends a message; 0 or more, or the negative errno: ENOENT where nobody waits for it any more. */
    int write(MemorySegment message, long bytes) {
        long stamp = use.readLock();
        try {
            return closed ? -EBADF : Libc.write(descriptor, message, bytes);
        } finally {
            use.unlockRead(stamp);
        }
    }

    /** The kernel answers all that is open with ECONNABORTED, and later calls with ENOTCONN. Repeatable. */
    @Override
    public void close() {
        long stamp = use.writeLock();
        try {
            if (!closed) {
                closed = true;
                Libc.close(descriptor);
            }
        } finally {
            use.unlockWrite(stamp);
        }
    }
}
