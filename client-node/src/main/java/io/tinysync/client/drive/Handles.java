package io.tinysync.client.drive;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers for what programs have open; a number is never used twice. Thread-safe. */
final class Handles<T> {

    private final Map<Long, T> open = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    long add(T value) {
        long handle = last.incrementAndGet();
        open.put(handle, value);
        return handle;
    }

    T get(long handle) {
        T value = open.get(handle);
        if (value == null) {
            throw new DriveException(Errno.EBADF, "handle " + handle + " is not open");
        }
        return value;
    }

    T remove(long handle) {
        T value = open.remove(handle);
        if (value == null) {
            throw new DriveException(Errno.EBADF, "handle " + handle + " is not open");
        }
        return value;
    }
}
