package io.tinysync.engine.device;

import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is pending: blobs, some at a time, then ops, one request at a time. What is next is the core's to say; here it is
 * asked for again whenever something has ended. Failures are repeated with backoff.
 */
final class UploadActor extends AbstractBehavior<UploadActor.Command> {

    sealed interface Command {}

    /** Look for something to send; {@code atOnce} also if attempts have just failed, whose backoff this ends. */
    record Work(boolean atOnce) implements Command {}

    private record Planned(
            UploadPlan.@Nullable Next next, @Nullable Throwable failure) implements Command {}

    private record BlobEnded(
            Content content,
            Answers.@Nullable Refused accessLost,
            @Nullable Throwable failure) implements Command {}

    private record RequestEnded(
            Uploads.@Nullable Sent sent, @Nullable Throwable failure) implements Command {}

    private record Retry() implements Command {}

    /** What waited for a time may be sent. */
    private record Look() implements Command {}

    private record Soon() implements Command {}

    /** How long the plan is left alone while something is on its way: a look costs a page of ops, and there may be one for each save. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);

    private final VaultParts parts;
    private final Uploads uploads;
    private final ActorRef<VaultSync.Command> guardian;
    private final TimerScheduler<Command> timers;
    private final Backoff backoff;
    private final Deque<Content> wanted = new ArrayDeque<>();
    private final Set<Sha256> underWay = new HashSet<>();

    private boolean planning;
    private boolean again;
    private boolean requesting;

    private UploadActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            VaultParts parts,
            ActorRef<VaultSync.Command> guardian) {
        super(context);
        this.parts = parts;
        this.uploads = new Uploads(parts);
        this.guardian = guardian;
        this.timers = timers;
        this.backoff = new Backoff(parts.settings(), parts.chance());
    }

    static Behavior<Command> create(VaultParts parts, ActorRef<VaultSync.Command> guardian) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new UploadActor(context, timers, parts, guardian).look()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Work.class, this::onWork)
                .onMessage(Planned.class, this::onPlanned)
                .onMessage(BlobEnded.class, this::onBlobEnded)
                .onMessage(RequestEnded.class, this::onRequestEnded)
                .onMessage(Retry.class, _ -> look())
                .onMessage(Look.class, _ -> look())
                .onMessage(Soon.class, _ -> onSoon())
                .build();
    }

    private Behavior<Command> onWork(Work work) {
        if (work.atOnce()) {
            backoff.succeeded();
            return look();
        }
        return timers.isTimerActive(Retry.class) ? this : lookSoon();
    }

    /** At once, unless something is on its way, whose end is looked after anyway. */
    private UploadActor lookSoon() {
        if (!isBusy()) {
            return look();
        }
        if (!timers.isTimerActive(Soon.class)) {
            timers.startSingleTimer(Soon.class, new Soon(), BETWEEN_LOOKS);
        }
        return this;
    }

    /** What was on its way may have failed since: then the next attempt has its time. */
    private UploadActor onSoon() {
        return timers.isTimerActive(Retry.class) ? this : look();
    }

    private boolean isBusy() {
        return requesting || !underWay.isEmpty();
    }

    private UploadActor look() {
        if (planning) {
            again = true;
            return this;
        }
        timers.cancel(Retry.class);
        timers.cancel(Soon.class);
        planning = true;
        again = false;
        getContext().pipeToSelf(uploads.plan(), Planned::new);
        return this;
    }

    private Behavior<Command> onPlanned(Planned planned) {
        planning = false;
        UploadPlan.Next next = planned.next();
        if (next == null) {
            return failed("looking for what to send", planned.failure());
        }
        wanted.clear();
        wanted.addAll(next.blobs());
        sendBlobs();
        if (!requesting && (next.repeats() || !next.ops().isEmpty())) {
            requesting = true;
            getContext().pipeToSelf(uploads.send(), RequestEnded::new);
        }
        if (next.waitMs() != Long.MAX_VALUE) {
            timers.startSingleTimer(Look.class, new Look(), Duration.ofMillis(next.waitMs()));
        }
        return again ? lookSoon() : this;
    }

    private void sendBlobs() {
        while (!wanted.isEmpty() && underWay.size() < parts.settings().parallelUploads()) {
            Content content = wanted.removeFirst();
            if (underWay.add(content.sha256())) {
                getContext()
                        .pipeToSelf(
                                uploads.blob(content),
                                (accessLost, failure) -> new BlobEnded(
                                        content, accessLost == null ? null : accessLost.orElse(null), failure));
            }
        }
    }

    private Behavior<Command> onBlobEnded(BlobEnded ended) {
        underWay.remove(ended.content().sha256());
        if (ended.failure() != null) {
            wanted.clear();
            return failed("sending a blob", ended.failure());
        }
        Answers.Refused accessLost = ended.accessLost();
        if (accessLost != null) {
            wanted.clear();
            return denied(accessLost);
        }
        backoff.succeeded();
        sendBlobs();
        if (underWay.isEmpty()) {
            return look();
        }
        return requesting ? this : lookSoon();
    }

    private Behavior<Command> onRequestEnded(RequestEnded ended) {
        requesting = false;
        Uploads.Sent sent = ended.sent();
        if (sent == null) {
            return failed("sending ops", ended.failure());
        }
        return switch (sent) {
            case Uploads.Sent.Nothing _ -> {
                guardian.tell(new Report.Progress());
                timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
                yield this;
            }
            case Uploads.Sent.Answered _ -> {
                backoff.succeeded();
                guardian.tell(new Report.Reached());
                guardian.tell(new Uploads.Answered());
                yield look();
            }
            case Uploads.Sent.Denied(var answer) -> denied(answer);
        };
    }

    private Behavior<Command> denied(Answers.Refused answer) {
        guardian.tell(new Report.Denied(answer));
        timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
        return this;
    }

    private Behavior<Command> failed(String what, @Nullable Throwable failure) {
        Throwable cause = failure == null ? new IllegalStateException("no result") : failure;
        guardian.tell(Failures.report(getContext().getLog(), what, cause));
        timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
        return this;
    }
}
