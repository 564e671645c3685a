package io.tinysync.simulation;

import java.util.Map;
import java.util.TreeMap;

/** Counts what happened, so that a campaign can prove that its faults hit. */
final class Tally {

    private final Map<String, Long> counts = new TreeMap<>();

    void count(String event) {
        count(event, 1);
    }

    void count(String event, long times) {
        counts.merge(event, times, Long::sum);
    }

    synchronized void add(Tally other) {
        other.counts.forEach((event, count) -> counts.merge(event, count, Long::sum));
    }

    long of(String event) {
        return counts.getOrDefault(event, 0L);
    }

    /** The sum of all whose name begins so. */
    long sum(String prefix) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    Map<String, Long> all() {
        return counts;
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
