package io.tinysync.engine.simulation;

import java.util.Map;
import java.util.TreeMap;

/** Counts what happened, so that a campaign can prove that its faults hit. */
final class Tally {

    private final Map<String, Long> counts = new TreeMap<>();

    synchronized void count(String event) {
        counts.merge(event, 1L, Long::sum);
    }

    synchronized void add(Tally other) {
        other.counts.forEach((event, count) -> counts.merge(event, count, Long::sum));
    }

    synchronized long of(String event) {
        return counts.getOrDefault(event, 0L);
    }

    @Override
    public synchronized String toString() {
        return counts.toString();
    }
}
