package io.tinysync.client.devfuse;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts changes, and remembers for each inode and name the number of its last one; several share a place, so that one may seem
 * changed that was not. Thread-safe.
 */
final class Changes {

    /** A power of two; with so many, few that are asked for at a time share a place. */
    private static final int PLACES = 4096;

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong everything = new AtomicLong();
    private final AtomicLongArray last = new AtomicLongArray(PLACES);

    long count() {
        return count.get();
    }

    void add(long ino) {
        last.set(place(ino), count.incrementAndGet());
    }

    void add(KernelCache.Name name) {
        last.set(place(name.hashCode()), count.incrementAndGet());
    }

    void addEverything() {
        everything.set(count.incrementAndGet());
    }

    boolean since(long before, long ino) {
        return last.get(place(ino)) > before || everything.get() > before;
    }

    boolean since(long before, KernelCache.Name name, long ino) {
        return last.get(place(name.hashCode())) > before || since(before, ino);
    }

    private static int place(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 52);
    }
}
