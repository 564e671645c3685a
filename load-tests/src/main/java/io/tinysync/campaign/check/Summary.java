package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.RejectionCode;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much a history holds. An op that was sent several times counts each time.
 *
 * @param acknowledged ops that were answered as accepted
 * @param unanswered ops of requests that were refused or never answered
 * @param entries of all final logs
 */
public record Summary(
        long events,
        long requests,
        long ops,
        long acknowledged,
        Map<RejectionCode, Long> rejected,
        Map<ProblemCode, Long> refused,
        long unanswered,
        long vaults,
        long entries) {
    public Summary {
        rejected = new TreeMap<>(rejected);
        refused = new TreeMap<>(refused);
    }

    @Override
    public String toString() {
        return events + " events, " + requests + " requests, " + ops + " ops: " + acknowledged + " acknowledged, "
                + sum(rejected) + " rejected " + rejected + ", " + unanswered + " unanswered; requests refused "
                + refused + "; " + vaults + " vaults, " + entries + " entries";
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
