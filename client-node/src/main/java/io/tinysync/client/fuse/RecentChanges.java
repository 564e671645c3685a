package io.tinysync.client.fuse;

import io.tinysync.client.drive.Invalidations;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Which inodes were changed from elsewhere just now. The kernel may still hold their old size, and would cut a read short by it: an
 * open waits until it cannot. Thread-safe.
 */
final class RecentChanges implements Invalidations {

    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(MountOptions.ATTRIBUTE_MILLIS + 1);

    private final Map<Long, Long> changedAt = new LinkedHashMap<>();
    private volatile long everythingAt = System.nanoTime() - WINDOW_NANOS;

    @Override
    public void inode(long ino) {
        long now = System.nanoTime();
        synchronized (changedAt) {
            changedAt.remove(ino);
            changedAt.put(ino, now);
            Iterator<Long> oldestFirst = changedAt.values().iterator();
            while (oldestFirst.hasNext() && now - oldestFirst.next() > WINDOW_NANOS) {
                oldestFirst.remove();
            }
        }
    }

    @Override
    public void entry(long parentIno, String name) {
        // A new inode under a name is announced as a change of the one that was there.
    }

    @Override
    public void everything() {
        everythingAt = System.nanoTime();
    }

    /** Returns once the kernel no longer holds attributes from before the inode's last change. */
    void waitUntilSeen(long ino) {
        Long at;
        synchronized (changedAt) {
            at = changedAt.get(ino);
        }
        waitUntil((at == null ? everythingAt : at) + WINDOW_NANOS);
    }

    private static void waitUntil(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
