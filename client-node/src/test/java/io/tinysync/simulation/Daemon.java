package io.tinysync.simulation;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.drive.DriveSettings;
import io.tinysync.client.drive.Hydrator;
import io.tinysync.client.drive.LocalDrive;
import io.tinysync.client.drive.SimulatedDrives;
import io.tinysync.engine.device.CacheKeeper;
import io.tinysync.engine.device.ContentStore;
import io.tinysync.engine.device.DeviceSteps;
import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.SyncSettings;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.VaultParts;
import io.tinysync.engine.device.core.CacheBudget;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.Resolved;
import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.simulation.disk.Killed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One process of a device: the product's parts as its daemon puts them together, with the actors' steps taken by the world. */
final class Daemon {

    private static final VaultId VAULT = new VaultId(new UUID(0x7000, 1));
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final World world;
    private final Machine machine;
    private final Wire wire;
    private final DeviceSteps steps;
    private final ContentFiles contents;
    private final LocalTree tree;
    private final CacheKeeper keeper;
    private final LocalDrive drive;
    private final DeviceStore store;
    /** What the drive's own thread still has to do. */
    private final Deque<Runnable> later = new ArrayDeque<>();

    private final Set<Sha256> uploading = new HashSet<>();

    private boolean mayHydrate;
    private boolean sending;
    private boolean pulling;

    Daemon(World world, Machine machine, DeviceStore rawStore, Path directory) throws IOException {
        this.world = world;
        this.machine = machine;
        this.wire = new Wire(world, machine);
        this.store = world.sabotage.store(new SteppingStore(rawStore, machine.power()));
        world.sabotage.starts(rawStore, directory);
        this.contents = ContentFiles.open(directory);
        CacheBudget budget = new CacheBudget(machine.cacheBytes(), 0);
        this.keeper = new CacheKeeper(store, world.names, contents, budget);
        if (world.hasSmallCaches()) {
            contents.askForRoom(keeper);
        }
        DeviceRules rules = new DeviceRules(
                world.names, world.sabotage.ids(new WorldIds(world)), machine.name(), 300, 200, MAX_FILE_BYTES);
        LateListener listener = new LateListener(new ToldNames(rawStore, world.names));
        StoredLocalTree stored = new StoredLocalTree(store, rules, machine::nowMs, listener, () -> {});
        this.tree = stored;
        ContentStore checked = world.sabotage.contents(contents);
        this.steps = new DeviceSteps(new VaultParts(
                VAULT,
                store,
                checked,
                wire,
                rules,
                sendsAlong() ? SyncSettings.DEFAULT : SyncSettings.DEFAULT.withAlongBytes(0),
                listener,
                stored::setReadOnly,
                machine::nowMs,
                world.chance::fraction,
                Runnable::run));
        this.drive = SimulatedDrives.open(
                tree,
                contents,
                new Hydrations(),
                () -> world.sabotage.recordsDurable(store),
                new DriveSettings(
                        MAX_FILE_BYTES, () -> Limits.DEFAULT, 0, 0, new MachineClock(machine), world.maxFsyncReadBytes),
                later::add);
        listener.drive = drive.changes();
        world.sabotage.started(tree);
    }

    /** Of the machines some send each blob by itself, before the op that names it. */
    private boolean sendsAlong() {
        return (machine.name().hashCode() & 1) == 0;
    }

    /** The drive is made after the parts that tell it of changes. */
    private final class LateListener implements TreeListener {
        private final ToldNames names;
        private TreeListener drive = TreeListener.NONE;

        LateListener(ToldNames names) {
            this.names = names;
        }

        @Override
        public void changed(Set<Place> places, Set<ItemId> items) {
            names.changed(places, items, (place, item) -> {
                throw new Violation("names", machine.name() + ": " + place + " led to " + item + ", untold");
            });
            drive.changed(places, items);
        }

        @Override
        public void everythingChanged() {
            names.everythingChanged();
            drive.everythingChanged();
        }

        @Override
        public void resolved(List<Resolved> conflicts) {
            conflicts.forEach(world.conflicts::resolved);
        }
    }

    private static final class MachineClock extends Clock {
        private final Machine machine;

        MachineClock(Machine machine) {
            this.machine = machine;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(machine.nowMs());
        }
    }

    LocalDrive drive() {
        return drive;
    }

    LocalTree tree() {
        return tree;
    }

    DeviceStore store() {
        return store;
    }

    ContentFiles contents() {
        return contents;
    }

    boolean isUsing(Wire other) {
        return wire == other;
    }

    /** Runs what may fetch contents: an open, and, where it {@code waits} for them, a read or a write. */
    <T> T hydrating(boolean waits, java.util.function.Supplier<T> work) {
        mayHydrate = true;
        try {
            return waits ? wire.waiting(work) : work.get();
        } finally {
            mayHydrate = false;
        }
    }

    /** Fetches whole contents: at once for who waits, in the world's time for who has only opened the file. */
    private final class Hydrations implements Hydrator {

        @Override
        public void opened(Content content) {
            requireNeed(content);
            if (world.chance.perMille(300)) {
                steps.fetch(content).whenComplete((_, failure) -> ended("a content", failure));
            }
        }

        @Override
        public void closed(Content content) {}

        /** As of those that were opened, some come. */
        @Override
        public void fetchAhead(List<Content> contents) {
            contents.forEach(this::opened);
        }

        @Override
        public CompletionStage<HydrationResult> await(Content content, long offset, long length) {
            requireNeed(content);
            return steps.fetch(content).exceptionally(failure -> {
                rethrowKilled(failure);
                return new HydrationResult.Failed(HydrationResult.Reason.UNREACHABLE, String.valueOf(failure));
            });
        }
    }

    CacheKeeper keeper() {
        return keeper;
    }

    /** Fetches some of what is pinned and not here. */
    void fetchPinned() {
        steps.pinned().stream()
                .limit(1)
                .forEach(content -> steps.fetch(content).whenComplete((_, failure) -> ended("a content", failure)));
    }

    /** Fetches a content as no product would. */
    void fetchForNothing(Content content) {
        new Hydrations().opened(content);
    }

    private void requireNeed(Content content) {
        if (!mayHydrate) {
            throw new Violation("P9", machine.name() + " fetches " + content.sha256() + " for what needs no bytes");
        }
    }

    private static void rethrowKilled(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Killed killed) {
            throw killed;
        }
        if (cause instanceof RuntimeException bug && !(bug instanceof java.io.UncheckedIOException)) {
            throw bug;
        }
    }

    /** Lets the drive follow what has changed. */
    void follow() {
        while (!later.isEmpty()) {
            later.removeFirst().run();
        }
    }

    /** Sends blobs and ops, as far as none is under way. */
    void push() {
        Optional<UploadPlan.Next> plan = now(steps.plan());
        plan.ifPresent(this::push);
    }

    private void push(UploadPlan.Next next) {
        for (Content content : next.blobs()) {
            if (uploading.add(content.sha256())) {
                steps.blob(content).whenComplete((_, failure) -> {
                    uploading.remove(content.sha256());
                    ended("a blob", failure);
                });
            }
        }
        if (!sending && (next.repeats() || !next.ops().isEmpty())) {
            sending = true;
            steps.send().whenComplete((_, failure) -> {
                sending = false;
                ended("ops", failure);
            });
        }
    }

    /** Asks for the log, unless that is under way. */
    void pull() {
        if (!pulling) {
            pulling = true;
            steps.log().whenComplete(this::pulled);
        }
    }

    /** Makes the copy of the server's tree anew, as a user may ask for. */
    void resync() {
        pulling = true;
        steps.resync().whenComplete(this::pulled);
    }

    private void pulled(DeviceSteps.@Nullable Pulled pulled, @Nullable Throwable failure) {
        pulling = false;
        ended("the log", failure);
        if (pulled != null) {
            if (pulled != DeviceSteps.Pulled.AT_HEAD) {
                world.trace.add(machine.name() + " pulled: " + pulled + " at "
                        + store.<Long>read(view -> view.position().cursor().seq()));
            }
            switch (pulled) {
                case AT_HEAD, DENIED -> {}
                case BEHIND, ADOPTED -> pull();
                case NEEDS_SNAPSHOT -> snapshot(false);
                case NEEDS_REJOIN -> snapshot(true);
            }
        }
    }

    private void snapshot(boolean rejoin) {
        world.tally.count(rejoin ? "fault rejoin" : "fault snapshot");
        pulling = true;
        steps.snapshot(rejoin).whenComplete(this::pulled);
    }

    /** Whether nothing is under way. */
    boolean isQuiet() {
        return !sending && !pulling && uploading.isEmpty();
    }

    @Override
    public String toString() {
        return (sending ? "sending " : "") + (pulling ? "pulling " : "") + uploading;
    }

    private void ended(String what, @Nullable Throwable failure) {
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            boolean expected = cause instanceof IOException
                    || cause instanceof java.io.UncheckedIOException
                    || cause instanceof Killed;
            if (!expected) {
                world.unexpected(machine.name() + " failed at " + what, cause);
            }
            world.trace.add(machine.name() + " did not get through with " + what + ": " + cause.getMessage());
        }
    }

    /** The end of a stage that waits for nothing but the disk; nothing, if that is broken. */
    private static <T> Optional<T> now(CompletionStage<T> stage) {
        try {
            return Optional.of(stage.toCompletableFuture().join());
        } catch (CompletionException e) {
            rethrowKilled(e);
            return Optional.empty();
        }
    }
}
