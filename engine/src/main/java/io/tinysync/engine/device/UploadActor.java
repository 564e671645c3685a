package io.tinysync.engine.device;

import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
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
 * Sends what is pending: blobs, some at a time and short ones together, then ops, one request at a time. What is next is the core's to say; here it is
 * asked for again whenever something has ended. Failures are repeated with backoff.
 */
final class UploadActor extends AbstractBehavior<UploadActor.Command> {

    sealed interface Command {}

    /** Look for something to send; {@code atOnce} also if attempts have just failed, whose backoff this ends. */
    record Work(boolean atOnce) implements Command {}

    private record Planned(
            UploadPlan.@Nullable Next next, @Nullable Throwable failure) implements Command {}

    private record BlobsEnded(
            List<Content> contents,
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

    /** Whoever saves so much between two looks saves more: what is sent together costs a part of what it costs alone. */
    private static final int MANY = 12;

    /** The same while there are many. */
    private static final Duration BETWEEN_LOOKS_AT_MANY = Duration.ofMillis(75);

    /** What short blobs in one request have together: little is in memory, and little is lost with a connection. */
    private static final long TOGETHER_BYTES = 1 << 20;

    private final VaultParts parts;
    private final Uploads uploads;
    private final ActorRef<VaultSync.Command> guardian;
    private final TimerScheduler<Command> timers;
    private final Backoff backoff;
    private final Deque<Content> wanted = new ArrayDeque<>();
    private final Set<Sha256> underWay = new HashSet<>();
    private int sending;

    private boolean planning;
    private boolean again;
    private boolean requesting;
    /** Whether the last look has found many things to send. */
    private boolean many;

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
                .onMessage(BlobsEnded.class, this::onBlobsEnded)
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
        if (!isBusy() && !many) {
            return look();
        }
        if (!timers.isTimerActive(Soon.class)) {
            timers.startSingleTimer(Soon.class, new Soon(), many ? BETWEEN_LOOKS_AT_MANY : BETWEEN_LOOKS);
        }
        return this;
    }

    /** Something has ended. */
    private UploadActor lookNext() {
        return many ? lookSoon() : look();
    }

    /** What was on its way may have failed since: then the next attempt has its time. */
    private UploadActor onSoon() {
        return timers.isTimerActive(Retry.class) ? this : look();
    }

    private boolean isBusy() {
        return requesting || sending > 0;
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
        many = next.blobs().size() + next.ops().size() >= MANY;
        if (many) {
            timers.startSingleTimer(Soon.class, new Soon(), BETWEEN_LOOKS_AT_MANY);
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
        wanted.removeIf(content -> underWay.contains(content.sha256()));
        while (!wanted.isEmpty() && sending < parts.settings().parallelUploads()) {
            List<Content> together = takeNext();
            together.forEach(content -> underWay.add(content.sha256()));
            sending++;
            getContext()
                    .pipeToSelf(
                            uploads.blobs(together),
                            (accessLost, failure) -> new BlobsEnded(
                                    together, accessLost == null ? null : accessLost.orElse(null), failure));
        }
    }

    /** The next content, and if it is a short one the other short ones that go in the same request. */
    private List<Content> takeNext() {
        List<Content> together = new ArrayList<>(List.of(wanted.removeFirst()));
        long bytes = together.getFirst().size();
        for (Iterator<Content> rest = wanted.iterator(); bytes <= TOGETHER_BYTES && rest.hasNext(); ) {
            Content next = rest.next();
            if (goesTogether(together.getFirst()) && goesTogether(next) && together.size() < BlobFrames.MAX_FRAMES) {
                rest.remove();
                together.add(next);
                bytes += next.size();
            }
        }
        return together;
    }

    private boolean goesTogether(Content content) {
        return content.size() <= BlobFrames.MAX_BLOB_BYTES && !uploads.goesAlone(content);
    }

    private Behavior<Command> onBlobsEnded(BlobsEnded ended) {
        sending--;
        ended.contents().forEach(content -> underWay.remove(content.sha256()));
        if (ended.failure() != null) {
            wanted.clear();
            return failed("sending blobs", ended.failure());
        }
        Answers.Refused accessLost = ended.accessLost();
        if (accessLost != null) {
            wanted.clear();
            return denied(accessLost);
        }
        backoff.succeeded();
        sendBlobs();
        if (sending == 0) {
            return lookNext();
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
            case Uploads.Sent.Answered(var upTo) -> {
                backoff.succeeded();
                guardian.tell(new Report.Reached());
                guardian.tell(new Uploads.Answered(upTo));
                yield lookNext();
            }
            case Uploads.Sent.Denied(var answer) -> denied(answer);
        };
    }

    private Behavior<Command> denied(Answers.Refused answer) {
        guardian.tell(new Report.Denied(answer));
        timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
        return this;
    }

    /** What failed together, as blobs do that were sent together, counts as one failure. */
    private Behavior<Command> failed(String what, @Nullable Throwable failure) {
        if (timers.isTimerActive(Retry.class)) {
            return this;
        }
        Throwable cause = failure == null ? new IllegalStateException("no result") : failure;
        guardian.tell(Failures.report(getContext().getLog(), what, cause));
        timers.startSingleTimer(Retry.class, new Retry(), backoff.failed());
        return this;
    }
}
