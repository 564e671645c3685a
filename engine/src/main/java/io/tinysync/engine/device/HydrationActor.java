package io.tinysync.engine.device;

import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.HydrationResult.Hydrated;
import io.tinysync.engine.device.HydrationResult.Reason;
import io.tinysync.engine.device.Preparation.Check;
import io.tinysync.engine.device.Preparation.Prepared;
import io.tinysync.engine.device.core.FetchPlan;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * Fetches contents in ranges of leaves, as {@link FetchPlan} decides: prepares each content, runs the streams, answers reads as
 * soon as what they wait for is here, and has the hash of the whole decide at the end. What does not match is fetched again, at
 * last without the server's list of leaves, since that may be what is wrong.
 */
final class HydrationActor extends AbstractBehavior<HydrationActor.Command> {

    sealed interface Command {}

    /** A read waits for a part of a content. Answered once. */
    record Want(Content content, BlobRange range, ActorRef<HydrationResult> replyTo) implements Command {}

    /** A program has it open, and will read: what it has not asked for yet is fetched too. */
    record Opened(Content content) implements Command {}

    /** No program has it open any more: nothing is fetched that nobody waits for. */
    record Closed(Content content) implements Command {}

    /** It is to be kept here; fetched when nothing else is. Answered once. */
    record Keep(Content content, ActorRef<HydrationResult> replyTo) implements Command {}

    /** They are likely to be asked for. */
    record Ahead(List<Content> contents) implements Command {}

    /** Something of an attempt's that came to its end. */
    private sealed interface Outcome extends Command {
        Attempt attempt();
    }

    private record Attempt(Sha256 sha256, long number) {}

    private record Begun(
            Attempt attempt,
            @Nullable Prepared prepared,
            @Nullable Throwable failure) implements Outcome {}

    private record LeafCame(Attempt attempt, long stream, int leaf) implements Outcome {}

    private record Ended(
            Attempt attempt,
            long stream,
            Answers.@Nullable Download answer,
            @Nullable Throwable failure) implements Outcome {}

    private record Committed(
            Attempt attempt,
            @Nullable Whole whole,
            @Nullable Throwable failure) implements Outcome {}

    /** What the hash of the whole has decided: its file, if it is the content. */
    private record Whole(Optional<Path> file) {}

    private record Watch() implements Command {}

    /** Of the time without progress that is allowed, how much passes between two looks. */
    private static final int LOOKS_PER_TIMEOUT = 4;

    /** Of these parts, how many without a byte before a failure make it one of time. */
    private static final int SILENT_PARTS = 3;

    /** A connection may have gone stale while nobody used it; a second one in a row that brings nothing says that no server is there. */
    private static final int MAX_FAILURES = 2;

    /** Of bad leaves: the first is fetched again; after the next all are, by a new list. */
    private static final int BAD_LEAF_AGAIN = 1;

    /** Then all, without a list; after one more the content is said to be corrupt. */
    private static final int BAD_BY_WHOLE = 3;

    private final VaultParts parts;
    private final ActorRef<VaultSync.Command> guardian;
    private final Preparation preparation;
    private final Map<Sha256, Hydration> hydrations = new LinkedHashMap<>();
    private long numbers;

    private HydrationActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            VaultParts parts,
            ActorRef<VaultSync.Command> guardian) {
        super(context);
        this.parts = parts;
        this.guardian = guardian;
        this.preparation = new Preparation(parts);
        Duration interval = parts.settings().noProgress().dividedBy(LOOKS_PER_TIMEOUT);
        timers.startTimerWithFixedDelay(new Watch(), interval);
    }

    static Behavior<Command> create(VaultParts parts, ActorRef<VaultSync.Command> guardian) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new HydrationActor(context, timers, parts, guardian)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Want.class, this::onWant)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(Closed.class, this::onClosed)
                .onMessage(Keep.class, this::onKeep)
                .onMessage(Ahead.class, this::onAhead)
                .onMessage(Outcome.class, this::onOutcome)
                .onMessage(Watch.class, _ -> onWatch())
                .build();
    }

    private Behavior<Command> onWant(Want want) {
        hydration(want.content())
                .ifPresentOrElse(
                        hydration -> hydration.await(want.range(), now(), want.replyTo()),
                        () -> want.replyTo().tell(tooMany()));
        return goOn();
    }

    private Behavior<Command> onOpened(Opened opened) {
        hydration(opened.content()).ifPresent(hydration -> hydration.open(true));
        return goOn();
    }

    private Behavior<Command> onClosed(Closed closed) {
        Hydration hydration = hydrations.get(closed.content().sha256());
        if (hydration != null) {
            hydration.open(false);
        }
        return goOn();
    }

    private Behavior<Command> onKeep(Keep keep) {
        hydration(keep.content())
                .ifPresentOrElse(
                        hydration -> hydration.keep(keep.replyTo()),
                        () -> keep.replyTo().tell(tooMany()));
        return goOn();
    }

    private Behavior<Command> onAhead(Ahead ahead) {
        preparation.fetchAhead(ahead.contents().stream().filter(each -> !hydrations.containsKey(each.sha256())));
        return this;
    }

    private Failed tooMany() {
        return new Failed(Reason.TIMED_OUT, hydrations.size() + " contents are on their way, which is the limit");
    }

    private long now() {
        return parts.clockMs().getAsLong();
    }

    /** The content's hydration, begun if there is none; empty if there are too many. */
    private Optional<Hydration> hydration(Content content) {
        Hydration known = hydrations.get(content.sha256());
        if (known != null || hydrations.size() >= parts.settings().waitingDownloads()) {
            return Optional.ofNullable(known);
        }
        Hydration hydration = new Hydration(content);
        hydrations.put(content.sha256(), hydration);
        begin(hydration, Check.BY_LEAVES);
        return Optional.of(hydration);
    }

    private void begin(Hydration hydration, Check check) {
        Optional<ContentStore.Partial> before = hydration.restart(++numbers);
        Attempt attempt = attempt(hydration);
        getContext()
                .pipeToSelf(
                        parts.blockingly(() -> {
                                    before.ifPresent(Preparation::close);
                                    return check;
                                })
                                .thenCompose(how -> preparation.prepare(hydration.content(), how)),
                        (prepared, failure) -> new Begun(attempt, prepared, failure));
    }

    private static Attempt attempt(Hydration hydration) {
        return new Attempt(hydration.content().sha256(), hydration.attempt());
    }

    private Behavior<Command> onOutcome(Outcome outcome) {
        Hydration hydration = hydrations.get(outcome.attempt().sha256());
        if (hydration != null && hydration.attempt() == outcome.attempt().number()) {
            switch (outcome) {
                case Begun begun -> begun(hydration, begun);
                case LeafCame came -> {
                    hydration.arrived(came.stream(), came.leaf());
                    commitIfComplete(hydration);
                }
                case Ended ended -> ended(hydration, ended);
                case Committed committed -> committed(hydration, committed);
            }
        } else if (outcome instanceof Begun begun && begun.prepared() instanceof Prepared.Ready ready) {
            parts.blocking().execute(() -> Preparation.close(ready.target().into()));
        }
        return goOn();
    }

    private void begun(Hydration hydration, Begun begun) {
        switch (begun.prepared()) {
            case null -> fail(hydration, failed(begun.failure()));
            case Prepared.Here(Path file) -> end(hydration, new Hydrated(file));
            case Prepared.Ready(var target, var pieces) -> {
                hydration.ready(target, pieces);
                commitIfComplete(hydration);
            }
            case Prepared.Refused(Failed why) -> fail(hydration, why);
        }
    }

    private static Failed failed(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof ContentStore.NoSpaceException
                ? new Failed(Reason.NO_SPACE, String.valueOf(cause.getMessage()))
                : new Failed(Reason.UNREACHABLE, String.valueOf(cause));
    }

    private static Throwable cause(@Nullable Throwable failure) {
        Throwable cause = Failures.cause(failure == null ? new IllegalStateException("no result") : failure);
        return cause instanceof UncheckedIOException wrapped && wrapped.getCause() != null ? wrapped.getCause() : cause;
    }

    private void ended(Hydration hydration, Ended ended) {
        Optional<LeafStream> stream = hydration.ended(ended.stream());
        if (stream.isEmpty()) {
            return;
        }
        switch (ended.answer()) {
            case null -> broken(hydration, stream.get(), ended.failure());
            case Answers.Received _ -> {
                // Its leaves were told of one by one.
            }
            case Answers.Missing _ ->
                fail(hydration, new Failed(Reason.MISSING, Preparation.missing(hydration.content())));
            case Answers.Refused refused -> fail(hydration, Preparation.refusedBy(refused));
        }
    }

    private void broken(Hydration hydration, LeafStream stream, @Nullable Throwable failure) {
        Failed why = silent(stream) ? new Failed(Reason.TIMED_OUT, String.valueOf(cause(failure))) : failed(failure);
        if (cause(failure) instanceof LeafStream.CorruptLeafException corrupt) {
            corrupted(hydration, corrupt.getMessage(), false);
        } else if (why.reason() != Reason.UNREACHABLE || hydration.failed() >= MAX_FAILURES) {
            fail(hydration, why);
        }
    }

    /** The server port ends calls that bring nothing by itself; which of the two notices first is a matter of milliseconds. */
    private boolean silent(LeafStream stream) {
        long stillMs = now() - stream.stillSinceMs();
        return stillMs >= parts.settings().noProgress().toMillis() * SILENT_PARTS / LOOKS_PER_TIMEOUT;
    }

    private void corrupted(Hydration hydration, @Nullable String what, boolean whole) {
        int times = hydration.corrupted();
        getContext().getLog().warn("{}, fetched again: {}", hydration.content().sha256(), what);
        if (times > BAD_BY_WHOLE) {
            hydration.spoil();
            fail(hydration, new Failed(Reason.CORRUPT, "what the server sends is not the content: " + what));
        } else if (times == BAD_BY_WHOLE) {
            begin(hydration, Check.BY_WHOLE);
        } else if (whole || times > BAD_LEAF_AGAIN) {
            begin(hydration, Check.BY_NEW_LEAVES);
        }
    }

    private void commitIfComplete(Hydration hydration) {
        if (hydration.completes()) {
            ContentStore.Partial partial = hydration.target().orElseThrow().into();
            Attempt attempt = attempt(hydration);
            getContext()
                    .pipeToSelf(
                            parts.blockingly(() -> commit(partial, hydration.content())),
                            (whole, failure) -> new Committed(attempt, whole, failure));
        }
    }

    private Whole commit(ContentStore.Partial partial, Content content) {
        try {
            return new Whole(partial.commit() ? parts.contents().find(content) : Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void committed(Hydration hydration, Committed committed) {
        Whole whole = committed.whole();
        if (whole == null) {
            fail(hydration, failed(committed.failure()));
        } else if (whole.file().isPresent()) {
            end(hydration, new Hydrated(whole.file().get()));
        } else {
            corrupted(hydration, "the whole has another hash", true);
        }
    }

    private void fail(Hydration hydration, Failed why) {
        guardian.tell(new Report.NotFetched(hydration.content().sha256(), why));
        hydration.end(why);
    }

    private void end(Hydration hydration, Hydrated result) {
        guardian.tell(new Report.Fetched(hydration.content().sha256()));
        hydration.end(result);
    }

    private Behavior<Command> onWatch() {
        long limitMs = parts.settings().noProgress().toMillis();
        hydrations.values().forEach(hydration -> hydration.giveUpStill(now(), limitMs));
        return goOn();
    }

    /** After every message: lets go of what is over, and fetches what is to be fetched next. */
    private Behavior<Command> goOn() {
        hydrations.values().removeIf(this::letGo);
        List<Hydration> ready = hydrations.values().stream()
                .filter(hydration -> hydration.target().isPresent())
                .sorted(Comparator.comparingLong(Hydration::waitsSinceMs))
                .toList();
        List<FetchPlan.Step> steps = FetchPlan.next(
                ready.stream().map(Hydration::wanted).toList(),
                running(ready),
                parts.settings().parallelDownloads());
        for (FetchPlan.Step step : steps) {
            switch (step) {
                case FetchPlan.Start start -> start(start);
                case FetchPlan.Stop(long number) ->
                    ready.forEach(hydration -> hydration.stream(number).ifPresent(LeafStream::stop));
            }
        }
        return this;
    }

    private boolean letGo(Hydration hydration) {
        if (hydration.isOver()) {
            hydration
                    .target()
                    .ifPresent(target ->
                            parts.blocking().execute(() -> Preparation.close(target.into(), hydration.isSpoiled())));
        }
        return hydration.isOver();
    }

    private static List<FetchPlan.Stream> running(List<Hydration> ready) {
        return ready.stream()
                .flatMap(hydration -> hydration.streams().stream()
                        .filter(stream -> !stream.isStopped())
                        .map(stream -> new FetchPlan.Stream(
                                stream.number(), hydration.content().sha256(), stream.heardNext(), stream.end())))
                .toList();
    }

    private void start(FetchPlan.Start start) {
        Hydration hydration = Objects.requireNonNull(hydrations.get(start.sha256()), "the plan knows only these");
        LeafStream.Target target = hydration.target().orElseThrow();
        Attempt attempt = attempt(hydration);
        ActorRef<Command> self = getContext().getSelf();
        long number = ++numbers;
        hydration.streams().forEach(running -> running.endBefore(start.from()));
        LeafStream stream = new LeafStream(
                number,
                start.from(),
                start.end(),
                target,
                parts.clockMs(),
                leaf -> self.tell(new LeafCame(attempt, number, leaf)));
        hydration.runs(stream);
        CompletionStage<Answers.Download> transfer =
                parts.server().download(parts.vaultId(), hydration.content(), stream.range(), stream);
        stream.runs(transfer);
        getContext().pipeToSelf(transfer, (answer, failure) -> new Ended(attempt, number, answer, failure));
    }
}
