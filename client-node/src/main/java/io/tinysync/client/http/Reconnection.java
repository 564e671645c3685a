package io.tinysync.client.http;

import java.time.Duration;

/**
 * When a wake socket that was lost is made anew. Waits have full jitter: evenly between nothing and a ceiling that doubles with each attempt,
 * so that thousands of sockets that were lost together come back one by one. Not thread-safe.
 *
 * <p>A server that accepts sockets and drops them again gains nothing by accepting: only a socket that has stood for the longest wait makes
 * the next waits short again.
 */
public final class Reconnection {

    private final Duration first;
    private final Duration longest;
    private Duration ceiling;
    private boolean moved;

    /**
     * Begins with short waits.
     *
     * @param first the ceiling of the first wait
     * @param longest the highest ceiling
     */
    public Reconnection(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.ceiling = first;
    }

    /**
     * The wait before the next attempt.
     *
     * @param stood for how long the socket was open; zero if the attempt failed
     * @param chance at least 0, less than 1, evenly distributed
     */
    public Duration lost(Duration stood, double chance) {
        if (stood.compareTo(longest) >= 0) {
            reset();
        }
        Duration wait = Duration.ofNanos((long) (ceiling.toNanos() * chance));
        Duration doubled = ceiling.multipliedBy(2);
        ceiling = doubled.compareTo(longest) > 0 ? longest : doubled;
        return wait;
    }

    /**
     * The wait before a socket is made on another node because the one that it stood on is going away: none, once for each socket that has
     * stood for the longest wait; nodes that send it to and fro are waited for like others.
     */
    public Duration sentElsewhere(Duration stood, double chance) {
        if (stood.compareTo(longest) >= 0) {
            reset();
        }
        if (!moved) {
            moved = true;
            return Duration.ZERO;
        }
        return lost(stood, chance);
    }

    /** The wait after a refusal that says how long not to come again. */
    public Duration refused(Duration atLeast, double chance) {
        return atLeast.plus(lost(Duration.ZERO, chance));
    }

    /** As if nothing had been tried yet. */
    void reset() {
        ceiling = first;
        moved = false;
    }
}
