package io.tinysync.engine.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the store's cursor at the head of the server's log: pulls when asked, woken or by the clock, one request at a time, and
 * again as long as there is more. Failures are repeated with backoff.
 */
final class ReplayActor extends AbstractBehavior<ReplayActor.Command> {

    sealed interface Command {}

    /**
     * Pull; {@code number} comes back when a pull that began after this message has reached the head. One that is not to wait for
     * backoff ends it: something has shown that the server may be there again.
     */
    record Pull(long number, boolean atOnce) implements Command {}

    /**
     * The log goes up to there, or did when that was said. Pulls if it was not applied up to there, and not in the moment after
     * another pull: whatever has come by then comes with one.
     */
    record Heard(long headSeq) implements Command {}

    /** How often to pull when nothing asks for it. */
    record SocketChanged(boolean connected) implements Command {}

    /** Load a snapshot though the log could go on, and make the index anew from it; answered once that is done. */
    record Resync(ActorRef<VaultSync.Resynced> replyTo) implements Command {}

    private record Pulled(
            @Nullable PullResult result, @Nullable Throwable failure) implements Command {}

    private record Retry() implements Command {}

    private record Poll() implements Command {}

    private record Lull() implements Command {}

    /** Too short for a person to notice, and long enough for many commits of a busy vault. */
    private static final Duration LULL = Duration.ofMillis(25);

    private static final long NOTHING = -1;

    private final VaultParts parts;
    private final Pulls pulls;
    private final ActorRef<VaultSync.Command> guardian;
    private final TimerScheduler<Command> timers;
    private final Backoff backoff;

    /** Those who wait for an index made anew: people at a command line, so a few. */
    private final List<ActorRef<VaultSync.Resynced>> resyncs = new ArrayList<>();

    private boolean pulling;
    private boolean again;
    private boolean connected;
    private long asked;
    private long begun;
    /** Up to where the log was applied by a pull that reached its head. */
    private long appliedTo = NOTHING;
    /** The highest head that was heard of since the last pull began. */
    private long heard = NOTHING;

    private ReplayActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            VaultParts parts,
            ActorRef<VaultSync.Command> guardian) {
        super(context);
        this.parts = parts;
        this.pulls = new Pulls(parts);
        this.guardian = guardian;
        this.timers = timers;
        this.backoff = new Backoff(parts.settings(), parts.chance());
    }

    static Behavior<Command> create(VaultParts parts, ActorRef<VaultSync.Command> guardian) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ReplayActor actor = new ReplayActor(context, timers, parts, guardian);
            actor.begin(actor.pulls.log());
            return actor;
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Pull.class, this::onPull)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(Lull.class, _ -> onLull())
                .onMessage(Resync.class, this::onResync)
                .onMessage(SocketChanged.class, this::onSocketChanged)
                .onMessage(Pulled.class, this::onPulled)
                .onMessage(Retry.class, _ -> pull())
                .onMessage(Poll.class, _ -> pull())
                .build();
    }

    private Behavior<Command> onPull(Pull message) {
        asked = Math.max(asked, message.number());
        if (message.atOnce()) {
            backoff.succeeded();
        }
        if (pulling) {
            again = true;
            return this;
        }
        boolean waiting = timers.isTimerActive(Retry.class);
        return waiting && !message.atOnce() ? this : pull();
    }

    /** A head below what was applied is unknown, and asks the log. */
    private Behavior<Command> onHeard(Heard message) {
        backoff.succeeded();
        heard = Math.max(heard, message.headSeq());
        boolean waits = pulling || timers.isTimerActive(Lull.class);
        return waits || message.headSeq() == appliedTo ? this : pull();
    }

    private Behavior<Command> onLull() {
        return heard > appliedTo ? pull() : this;
    }

    private Behavior<Command> onResync(Resync message) {
        resyncs.add(message.replyTo());
        backoff.succeeded();
        return pull();
    }

    private Behavior<Command> pull() {
        if (!pulling) {
            beginNext();
        }
        return this;
    }

    private void beginNext() {
        begin(resyncs.isEmpty() ? pulls.log() : pulls.resync());
    }

    private void begin(CompletionStage<PullResult> pull) {
        timers.cancel(Retry.class);
        timers.cancel(Poll.class);
        timers.cancel(Lull.class);
        pulling = true;
        again = false;
        heard = NOTHING;
        begun = asked;
        getContext().pipeToSelf(pull, Pulled::new);
    }

    private Behavior<Command> onPulled(Pulled pulled) {
        pulling = false;
        PullResult result = pulled.result();
        if (result == null) {
            Throwable failure = pulled.failure();
            failed(failure == null ? new IllegalStateException("no result") : failure);
            return this;
        }
        switch (result) {
            case PullResult.Applied(long seq, boolean atHead) -> {
                appliedTo = atHead ? seq : NOTHING;
                applied(atHead);
            }
            case PullResult.Adopted _ -> adopted();
            case PullResult.NeedsSnapshot(boolean rejoin) -> begin(pulls.snapshot(rejoin));
            case PullResult.Refused(var answer) -> {
                guardian.tell(new Report.Denied(answer));
                timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
            }
        }
        return this;
    }

    private void adopted() {
        appliedTo = NOTHING;
        resyncs.forEach(replyTo -> replyTo.tell(new VaultSync.Resynced()));
        resyncs.clear();
        applied(false);
    }

    private void applied(boolean atHead) {
        backoff.succeeded();
        guardian.tell(new Report.Reached());
        if (atHead) {
            guardian.tell(new Report.AtHead(begun));
        } else {
            guardian.tell(new Report.Progress());
        }
        if (!atHead || again || !resyncs.isEmpty()) {
            beginNext();
        } else {
            schedulePoll();
            timers.startSingleTimer(Lull.class, new Lull(), LULL);
        }
    }

    private void failed(Throwable failure) {
        guardian.tell(Failures.report(getContext().getLog(), "pulling the log", failure));
        timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
    }

    private Behavior<Command> onSocketChanged(SocketChanged message) {
        connected = message.connected();
        return connected ? onPull(new Pull(asked, true)) : scheduledPoll();
    }

    private Behavior<Command> scheduledPoll() {
        if (!pulling && !timers.isTimerActive(Retry.class)) {
            schedulePoll();
        }
        return this;
    }

    private void schedulePoll() {
        Duration interval =
                connected ? parts.settings().pollInterval() : parts.settings().pollIntervalWithoutSocket();
        timers.startSingleTimer(Poll.class, new Poll(), Backoff.spread(interval, parts.chance()));
    }
}
