package io.tinysync.client.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A server that has too many requests of this device asks it to wait; then all its calls do, so that none of them prolongs it. Thread-safe. */
final class AskedToWait {

    private final LongSupplier nanos;
    private long until;
    private boolean asked;

    /** @param nanos a clock that only goes forward */
    AskedToWait(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized void atLeast(Duration wait) {
        long end = nanos.getAsLong() + wait.toNanos();
        if (!asked || end - until > 0) {
            until = end;
            asked = true;
        }
    }

    /** Returns when nothing has to be waited for. */
    void pass() throws InterruptedException {
        for (long left = left(); left > 0; left = left()) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private synchronized long left() {
        return asked ? until - nanos.getAsLong() : 0;
    }
}
