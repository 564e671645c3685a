package io.tinysync.server.http;

import java.time.Duration;

/**
 * How long the server waits for the other end of a connection, so that nobody holds one for nothing.
 *
 * @param head from a connection's beginning, and from each answer on it, until the next request's head has come whole
 * @param bytesPerSecond what must come of a body, or be taken of an answer, in the time that the server waits for it
 * @param window for how long less may come or be taken, or nothing
 */
public record Patience(Duration head, long bytesPerSecond, Duration window) {

    private static final int CHECKS = 8;

    public Patience {
        if (bytesPerSecond < 1 || !head.isPositive() || !window.isPositive()) {
            throw new IllegalArgumentException("slow-clients.head, window and bytes-per-second must be above 0, not "
                    + head + ", " + window + " and " + bytesPerSecond);
        }
    }

    /** For one body or answer. */
    Allowance allowance() {
        return new Allowance(window.toNanos(), bytesPerSecond);
    }

    /** How long a reader may take for what is on its way already. */
    Duration toRead(long bytes) {
        return window.plusSeconds(bytes / bytesPerSecond);
    }

    /** How often to look whether a wait has been too long. */
    Duration check() {
        Duration shortest = head.compareTo(window) < 0 ? head : window;
        return shortest.dividedBy(CHECKS);
    }
}
