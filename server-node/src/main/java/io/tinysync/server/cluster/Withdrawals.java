package io.tinysync.server.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.Patterns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has all nodes forget what devices were allowed, before whoever takes access away is told that it is gone.
 *
 * <p>A node is called by its address, so that one that has joined a moment ago is not missed. One that does not answer is waited for until
 * nothing that it may remember is good any more; one that is no member any more has noticed by then that it does not reach the others
 * ({@link #reachesAll}), and remembers nothing.
 */
public final class Withdrawals {

    private static final Logger LOG = LoggerFactory.getLogger(Withdrawals.class);
    private static final String NAME = "withdrawals";

    /** Clocks do not run equally fast. */
    private static final Duration MARGIN = Duration.ofMillis(100);

    /** Between the actors of this name on all nodes; see {@link WithdrawalSerializer}. */
    sealed interface Message {}

    record Forget(ActorRef<Forgotten> replyTo) implements Message {}

    record Forgotten() implements Message {}

    private final ActorSystem<?> system;
    private final Duration limit;

    /**
     * From now on this node forgets when any node says so.
     *
     * @param maxAge after which no node goes by what it remembers
     */
    public Withdrawals(ActorSystem<?> system, Runnable forget, Duration maxAge) {
        this.system = system;
        this.limit = maxAge.plus(MARGIN);
        Behavior<Forget> forgetting = Behaviors.receiveMessage(message -> {
            forget.run();
            message.replyTo().tell(new Forgotten());
            return Behaviors.same();
        });
        system.systemActorOf(forgetting, NAME, Props.empty());
    }

    /** Whether this node is a member and sees no other that it does not reach: otherwise it may be the one that is not told. */
    public boolean reachesAll() {
        Cluster cluster = Cluster.get(system);
        return cluster.selfMember().status().equals(MemberStatus.up())
                && cluster.state().getUnreachable().isEmpty();
    }

    /** Returns when no node goes by what it remembered before. What was taken away must be committed. */
    public void forgetEverywhere() throws InterruptedException {
        CompletableFuture<?>[] forgotten = StreamSupport.stream(
                        Cluster.get(system).state().getMembers().spliterator(), false)
                .map(this::ask)
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(forgotten).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.info("a node did not say that it forgot what devices may; what it remembers is too old by now");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Never ends if the node does not answer, for whatever reason. */
    private CompletableFuture<?> ask(Member node) {
        ActorSelection there = Adapter.toClassic(system)
                .actorSelection(
                        new RootActorPath(node.address(), "/").child("system").child(NAME));
        return Patterns.askWithReplyTo(there, replyTo -> new Forget(Adapter.toTyped(replyTo)), limit.plus(MARGIN))
                .toCompletableFuture()
                .exceptionallyCompose(failure -> new CompletableFuture<>());
    }
}
