package io.tinysync.engine.device;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** The waits between attempts: doubled each time up to a longest, ± 20 % so that devices do not come back all at once. */
final class Backoff {

    private static final double SPREAD = 0.2;

    private final Duration first;
    private final Duration longest;
    private final DoubleSupplier chance;
    private Duration next;

    Backoff(SyncSettings settings, DoubleSupplier chance) {
        this.first = settings.firstRetry();
        this.longest = settings.longestRetry();
        this.chance = chance;
        this.next = first;
    }

    /** The wait before the next attempt, after one that failed. */
    Duration failed() {
        Duration wait = spread(next, chance);
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return wait;
    }

    /** Begins anew, after an attempt that did not fail. */
    void succeeded() {
        next = first;
    }

    static Duration spread(Duration wait, DoubleSupplier chance) {
        double factor = 1 - SPREAD + 2 * SPREAD * chance.getAsDouble();
        return Duration.ofNanos((long) (wait.toNanos() * factor));
    }
}
