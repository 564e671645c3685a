package io.tinysync.server.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides whether a node is in the wrong one of two clusters: if another has the claim, look after look. For one thread. */
final class Rivalry {

    /** Longer than a claim lasts whose node has left, or was put out a moment ago. */
    static final Duration PATIENCE = Duration.ofSeconds(2L * ClaimTable.EXPIRY_SECONDS);

    private @Nullable Instant foreignSince;

    /**
     * Takes note of a look.
     *
     * @param holder the oldest node of the cluster that has the claim, if one has
     * @param members the nodes of this one's cluster
     * @return whether the other cluster has had it for too long
     */
    boolean isLost(Optional<String> holder, Set<String> members, Instant now) {
        if (holder.isEmpty() || members.contains(holder.get())) {
            foreignSince = null;
            return false;
        }
        if (foreignSince == null) {
            foreignSince = now;
        }
        return !now.isBefore(foreignSince.plus(PATIENCE));
    }

    /** Nothing was learnt, so that what was seen before counts no more. */
    void forget() {
        foreignSince = null;
    }
}
