package io.tinysync.client.drive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The items that inodes keep as they were last read: those of the last few thousand. The kernel may know a hundred thousand, whose attributes it has.
 * Thread-safe.
 */
final class ReadItems {

    /** Some 4 MB. */
    private static final int MAX_KEPT = 16_384;

    /** Of all inodes, so that what was read before one is not kept after it. */
    private final AtomicLong changes = new AtomicLong();

    /** In the order in which they were kept; some have let go since. */
    private final Deque<Inode> keeping = new ArrayDeque<>();

    long changes() {
        return changes.get();
    }

    void countChange() {
        changes.incrementAndGet();
    }

    /** An inode keeps an item from now on, and the one that has for longest may have to let go. */
    void kept(Inode inode) {
        Inode longest = null;
        synchronized (keeping) {
            keeping.addLast(inode);
            if (keeping.size() > MAX_KEPT) {
                longest = keeping.removeFirst();
            }
        }
        if (longest != null) {
            longest.letGo();
        }
    }
}
