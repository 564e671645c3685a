package io.tinysync.suites;

import java.util.OptionalLong;

/**
 * Which rate to try next: twice the last that held, until one does not; then what lies in the middle, until the two are within a quarter of
 * each other. Pure.
 */
final class RateSteps {

    private static final double CLOSE = 1.25;

    private final long first;
    private long held;
    private long gaveWay = Long.MAX_VALUE;

    /** @param first rate, from 1 */
    RateSteps(long first) {
        this.first = first;
    }

    /** The next rate; empty once the maximum is known well enough, or not even the first rate held. */
    OptionalLong next() {
        if (held == 0) {
            return gaveWay == Long.MAX_VALUE ? OptionalLong.of(first) : OptionalLong.empty();
        }
        if (gaveWay == Long.MAX_VALUE) {
            return OptionalLong.of(2 * held);
        }
        long middle = (held + gaveWay) / 2;
        return middle == held || gaveWay <= CLOSE * held ? OptionalLong.empty() : OptionalLong.of(middle);
    }

    void tried(long rate, boolean didHold) {
        if (didHold) {
            held = Math.max(held, rate);
        } else {
            gaveWay = Math.min(gaveWay, rate);
        }
    }
}
