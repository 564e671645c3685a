package io.tinysync.server.cluster;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The cluster as one node sees it.
 *
 * @param self this node, unique among all that there ever were
 * @param isOldest whether it is the one that does what one node has to do for all; two may believe so for a moment
 * @param members all nodes, those included that cannot be reached
 * @param reachable how many that take part are reached, this one included
 */
public record ClusterView(String self, boolean isOldest, Set<String> members, int reachable) {

    public ClusterView {
        members = Set.copyOf(members);
    }

    /** What it is now. */
    public static ClusterView of(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        Member self = cluster.selfMember();
        var state = cluster.state();
        boolean oldest = isUp(self);
        int reachable = 0;
        for (Member member : state.getMembers()) {
            oldest &= !(isUp(member) && member.isOlderThan(self));
            reachable += isUp(member) && !state.getUnreachable().contains(member) ? 1 : 0;
        }
        return new ClusterView(
                name(self),
                oldest,
                StreamSupport.stream(state.getMembers().spliterator(), false)
                        .map(ClusterView::name)
                        .collect(Collectors.toSet()),
                reachable);
    }

    private static boolean isUp(Member member) {
        return member.status().equals(MemberStatus.up());
    }

    private static String name(Member member) {
        UniqueAddress address = member.uniqueAddress();
        return address.address().hostPort() + "#" + address.longUid();
    }
}
