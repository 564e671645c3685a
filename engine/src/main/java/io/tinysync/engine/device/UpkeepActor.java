package io.tinysync.engine.device;

import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.PinnedContents.Task;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the contents of one vault: has what is pinned fetched, what came later too, and lets the {@link CacheKeeper} drop what
 * is too much or not named any more. Works by changes; it walks through what is pinned when it starts, and when there were more
 * changes than it kept.
 */
public final class UpkeepActor extends AbstractBehavior<UpkeepActor.Command> {

    public sealed interface Command {}

    /** These items may be other than before. */
    public record Changed(Set<ItemId> items) implements Command {}

    /** Any item may be other than before. */
    public record EverythingChanged() implements Command {}

    /** The item was pinned. */
    public record Pinned(ItemId itemId) implements Command {}

    public record Stop() implements Command {}

    private record Looked(
            @Nullable List<Task> tasks, @Nullable Throwable failure) implements Command {}

    private record Fetched(Content content, HydrationResult result) implements Command {}

    private record Tended(boolean fits) implements Command {}

    private record Tick() implements Command {}

    private record GoOn() implements Command {}

    /** Between two looks at what can be dropped, while something changes. */
    private static final Duration TICK = Duration.ofSeconds(2);

    /** After nothing could be dropped: looking in vain is work too. */
    private static final int RESTING_TICKS = 15;

    /** Contents asked for at once; the hydration fetches fewer still. */
    private static final int MAX_FETCHING = 4;

    /** Notes of what to look at and to fetch; beyond that everything pinned is looked at anew. */
    private static final int MAX_TASKS = 20_000;

    /** The hydration answers by itself; this ends the wait for one that is gone. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private final VaultParts parts;
    private final CacheKeeper keeper;
    private final PinnedContents pinned;
    private final ActorRef<VaultSync.Command> vault;
    private final TimerScheduler<Command> timers;
    private final Deque<Task> tasks = new ArrayDeque<>();
    private boolean looking;
    private int fetching;
    private boolean paused;
    /** Without a pin no change has to be looked at; true until that is known. */
    private boolean anyPin = true;
    /** Whether all pins are being looked at, and none was added meanwhile. */
    private boolean lookingAtPins;

    private boolean lookAtAll = true;
    private boolean changed = true;
    private boolean tending;
    private int ticksToRest;

    private UpkeepActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            VaultParts parts,
            CacheKeeper keeper,
            ActorRef<VaultSync.Command> vault) {
        super(context);
        this.parts = parts;
        this.keeper = keeper;
        this.pinned = new PinnedContents(parts);
        this.vault = vault;
        this.timers = timers;
        timers.startTimerWithFixedDelay(new Tick(), TICK);
    }

    /** The behaviour; it begins with what is pinned. */
    public static Behavior<Command> create(VaultParts parts, CacheKeeper keeper, ActorRef<VaultSync.Command> vault) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.getSelf().tell(new GoOn());
            return new UpkeepActor(context, timers, parts, keeper, vault);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, this::onChanged)
                .onMessage(EverythingChanged.class, _ -> onEverythingChanged())
                .onMessage(Pinned.class, this::onPinned)
                .onMessage(Looked.class, this::onLooked)
                .onMessage(Fetched.class, this::onFetched)
                .onMessage(Tick.class, _ -> onTick())
                .onMessage(Tended.class, this::onTended)
                .onMessage(GoOn.class, _ -> onGoOn())
                .onMessage(Stop.class, _ -> Behaviors.stopped())
                .build();
    }

    private Behavior<Command> onChanged(Changed message) {
        changed = true;
        if (anyPin) {
            note(message.items().stream().map(Task.Look::new).toList());
        }
        return next();
    }

    private Behavior<Command> onEverythingChanged() {
        changed = true;
        lookAtAll = anyPin;
        return next();
    }

    private Behavior<Command> onPinned(Pinned message) {
        anyPin = true;
        lookingAtPins = false;
        note(List.of(new Task.Look(message.itemId())));
        return next();
    }

    private void note(Collection<? extends Task> more) {
        if (tasks.size() + more.size() > MAX_TASKS) {
            tasks.clear();
            lookAtAll = true;
        } else {
            tasks.addAll(more);
        }
    }

    /** Takes the next steps, as far as there are free hands. */
    private Behavior<Command> next() {
        while (!paused && !looking && fetching < MAX_FETCHING && (lookAtAll || !tasks.isEmpty())) {
            if (tasks.isEmpty()) {
                lookAtAll = false;
                lookingAtPins = true;
                look(new Task.Pins(null));
            } else {
                take(tasks.removeFirst());
            }
        }
        return this;
    }

    private void take(Task task) {
        if (task instanceof Task.Fetch(Content content)) {
            fetch(content);
        } else {
            look(task);
        }
    }

    private void look(Task task) {
        looking = true;
        getContext().pipeToSelf(parts.blockingly(() -> pinned.look(task)), Looked::new);
    }

    private Behavior<Command> onLooked(Looked looked) {
        looking = false;
        boolean atPins = lookingAtPins;
        lookingAtPins = false;
        if (looked.failure() != null) {
            getContext().getLog().warn("what is pinned could not be looked at", looked.failure());
        }
        if (looked.tasks() != null) {
            List<Task> found = looked.tasks();
            anyPin = anyPin && !(atPins && found.isEmpty());
            if (tasks.size() + found.size() > MAX_TASKS) {
                tasks.clear();
                lookAtAll = true;
            }
            found.reversed().forEach(tasks::addFirst);
        }
        return next();
    }

    private void fetch(Content content) {
        fetching++;
        getContext()
                .pipeToSelf(
                        AskPattern.<VaultSync.Command, HydrationResult>ask(
                                vault,
                                replyTo -> new VaultSync.Keep(content, replyTo),
                                LONGEST,
                                getContext().getSystem().scheduler()),
                        (result, failure) -> new Fetched(
                                content,
                                result == null
                                        ? new Failed(HydrationResult.Reason.STOPPING, String.valueOf(failure))
                                        : result));
    }

    /** What fails for the network's sake is tried again; for other reasons, which status tells, when everything is looked at anew. */
    private Behavior<Command> onFetched(Fetched fetched) {
        fetching--;
        if (fetched.result() instanceof Failed failed && isPassing(failed.reason())) {
            tasks.addFirst(new Task.Fetch(fetched.content()));
            paused = true;
            timers.startSingleTimer("go on", new GoOn(), parts.settings().longestRetry());
        }
        return next();
    }

    private static boolean isPassing(HydrationResult.Reason reason) {
        return switch (reason) {
            case UNREACHABLE, TIMED_OUT, STOPPING -> true;
            case MISSING, REFUSED, CORRUPT, NO_SPACE -> false;
        };
    }

    private Behavior<Command> onGoOn() {
        paused = false;
        return next();
    }

    private Behavior<Command> onTick() {
        ticksToRest = Math.max(0, ticksToRest - 1);
        if (changed && !tending && ticksToRest == 0) {
            changed = false;
            tending = true;
            getContext()
                    .pipeToSelf(
                            parts.blockingly(() -> {
                                keeper.dropReplaced();
                                return keeper.upkeep();
                            }),
                            (fits, _) -> new Tended(fits == null || fits));
        }
        return this;
    }

    /** What is too much by what is not acknowledged yet, or open, can go a while later. */
    private Behavior<Command> onTended(Tended tended) {
        tending = false;
        if (!tended.fits()) {
            ticksToRest = RESTING_TICKS;
            changed = true;
            getContext().getLog().debug("the cache is over its budget, and what is in it cannot go yet");
        }
        return this;
    }
}
