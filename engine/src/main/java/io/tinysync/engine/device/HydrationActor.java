package io.tinysync.engine.device;

import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.HydrationResult.Reason;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Fetches contents: those who want the same one share a download, some downloads run at once, and one that makes no progress for
 * too long is given up. Each request is answered once.
 */
final class HydrationActor extends AbstractBehavior<HydrationActor.Command> {

    sealed interface Command {}

    record Want(Content content, ActorRef<HydrationResult> replyTo) implements Command {}

    private record Ended(
            Content content,
            long number,
            @Nullable HydrationResult result,
            @Nullable Throwable failure) implements Command {}

    private record Watch() implements Command {}

    /** Of the time without progress that is allowed, how much passes between two looks. */
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final VaultParts parts;
    private final Downloads downloads;
    private final Map<Sha256, List<ActorRef<HydrationResult>>> waiting = new HashMap<>();
    private final Deque<Content> queue = new ArrayDeque<>();
    private final Map<Sha256, Running> running = new HashMap<>();
    private long numbers;

    /** A download under way. */
    private record Running(long number, Content content, Downloads.Progress progress) {}

    private HydrationActor(ActorContext<Command> context, TimerScheduler<Command> timers, VaultParts parts) {
        super(context);
        this.parts = parts;
        this.downloads = new Downloads(parts);
        Duration interval = parts.settings().noProgress().dividedBy(LOOKS_PER_TIMEOUT);
        timers.startTimerWithFixedDelay(new Watch(), interval);
    }

    static Behavior<Command> create(VaultParts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new HydrationActor(context, timers, parts)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Want.class, this::onWant)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Watch.class, _ -> onWatch())
                .build();
    }

    private Behavior<Command> onWant(Want want) {
        Sha256 sha256 = want.content().sha256();
        List<ActorRef<HydrationResult>> others = waiting.get(sha256);
        if (others != null) {
            others.add(want.replyTo());
        } else if (queue.size() >= parts.settings().waitingDownloads()) {
            want.replyTo()
                    .tell(new Failed(Reason.TIMED_OUT, queue.size() + " downloads are waiting, which is the limit"));
        } else {
            waiting.put(sha256, new ArrayList<>(List.of(want.replyTo())));
            queue.addLast(want.content());
            startNext();
        }
        return this;
    }

    private void startNext() {
        while (!queue.isEmpty() && running.size() < parts.settings().parallelDownloads()) {
            Content content = queue.removeFirst();
            long number = ++numbers;
            Running download = new Running(number, content, new Downloads.Progress(parts.clockMs()));
            running.put(content.sha256(), download);
            getContext()
                    .pipeToSelf(
                            downloads.fetch(content, download.progress()),
                            (result, failure) -> new Ended(content, number, result, failure));
        }
    }

    private Behavior<Command> onEnded(Ended ended) {
        Running download = running.get(ended.content().sha256());
        if (download != null && download.number() == ended.number()) {
            HydrationResult result = ended.result();
            finish(download, result == null ? failed(ended.failure()) : result);
        }
        return this;
    }

    private HydrationResult failed(@Nullable Throwable failure) {
        Throwable cause = Failures.cause(failure == null ? new IllegalStateException("no result") : failure);
        return cause instanceof ContentStore.NoSpaceException
                ? new Failed(Reason.NO_SPACE, String.valueOf(cause.getMessage()))
                : new Failed(Reason.UNREACHABLE, String.valueOf(cause));
    }

    private void finish(Running download, HydrationResult result) {
        Sha256 sha256 = download.content().sha256();
        running.remove(sha256);
        List<ActorRef<HydrationResult>> asked = waiting.remove(sha256);
        if (asked != null) {
            asked.forEach(replyTo -> replyTo.tell(result));
        }
        startNext();
    }

    private Behavior<Command> onWatch() {
        long limitMs = parts.settings().noProgress().toMillis();
        for (Running download : List.copyOf(running.values())) {
            long stillMs = download.progress().stillMs();
            if (stillMs >= limitMs) {
                download.progress().giveUp();
                finish(download, new Failed(Reason.TIMED_OUT, "no byte came for " + stillMs + " ms"));
            }
        }
        return this;
    }
}
