package io.tinysync.client.http;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Interrupts the thread that made it when it has not heard of progress for too long, until it is closed by that thread. */
final class StallGuard implements AutoCloseable {

    private final Thread guarded = Thread.currentThread();
    private final long limitNanos;
    private final ScheduledFuture<?> check;
    private volatile long lastProgress = System.nanoTime();
    private boolean open = true;
    private boolean stalled;

    StallGuard(ScheduledExecutorService timer, Duration limit) {
        limitNanos = limit.toNanos();
        long everyNanos = limitNanos / 4;
        check = timer.scheduleWithFixedDelay(this::check, everyNanos, everyNanos, TimeUnit.NANOSECONDS);
    }

    /** Bytes went out or came in. */
    void progressed() {
        lastProgress = System.nanoTime();
    }

    private synchronized void check() {
        if (open && System.nanoTime() - lastProgress > limitNanos) {
            stalled = true;
            open = false;
            guarded.interrupt();
        }
    }

    synchronized boolean hasStalled() {
        return stalled;
    }

    /** Afterwards the thread is not interrupted by this guard, nor left so. */
    @Override
    public void close() {
        check.cancel(false);
        synchronized (this) {
            open = false;
            if (stalled) {
                Thread.interrupted();
            }
        }
    }
}
