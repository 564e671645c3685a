package io.tinysync.simulation;

import io.tinysync.engine.device.MemoryDeviceStore;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.simulation.disk.Killed;
import io.tinysync.simulation.disk.Power;
import io.tinysync.simulation.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A computer with a clock, a disk and a store, on which a device's process runs, or does not. */
final class Machine {

    private static final String DIRECTORY = "vault";

    private final World world;
    private final String name;
    private final DeviceId deviceId;
    private final Power power = new Power();
    private final MemoryDeviceStore store;
    private SimulatedDisk disk;
    private long clockOffsetMs;
    private boolean online = true;
    private boolean started;
    private long changesSeen;
    private @Nullable Daemon daemon;
    private @Nullable Image image;

    /** All that is on the disk at one time. */
    private record Image(SimulatedDisk disk, MemoryDeviceStore.Image store) {}

    Machine(World world, String name, DeviceId deviceId) {
        this.world = world;
        this.name = name;
        this.deviceId = deviceId;
        this.store = new MemoryDeviceStore(text -> world.sabotage.key(world.names, text));
        this.disk = new SimulatedDisk(power, this::nowMs);
        disk.faults().ignoreFsync(world.sabotage.ignoresFsync());
    }

    String name() {
        return name;
    }

    DeviceId deviceId() {
        return deviceId;
    }

    Power power() {
        return power;
    }

    SimulatedDisk disk() {
        return disk;
    }

    MemoryDeviceStore store() {
        return store;
    }

    long nowMs() {
        return world.nowMs + clockOffsetMs;
    }

    void jump(long byMs) {
        clockOffsetMs += byMs;
    }

    boolean isOnline() {
        return online;
    }

    void online(boolean isOnline) {
        online = isOnline;
    }

    boolean isRunning() {
        return daemon != null;
    }

    Daemon daemon() {
        return Objects.requireNonNull(daemon, "the process runs");
    }

    boolean isUsing(Wire wire) {
        Daemon running = daemon;
        return running != null && power.isOn() && running.isUsing(wire);
    }

    private Path directory() {
        return disk.rootPath().resolve(DIRECTORY);
    }

    /** The cache's budget. */
    long cacheBytes() {
        return world.hasSmallCaches() ? 200 + Math.floorMod(name.hashCode(), 1000) : Long.MAX_VALUE;
    }

    /** Flips a bit of some of these contents in the cache; returns of which, or nothing if none is there. */
    Optional<Sha256> flipBit(Predicate<Sha256> which) {
        return disk.flipBit(directory().resolve("cache"), name -> which.test(Sha256.parse(name)), world.chance::below)
                .map(Sha256::parse);
    }

    /** Whether a process has ever run here. */
    boolean wasStarted() {
        return started;
    }

    /** Whether the store has changed since this was asked last. */
    boolean hasChanged() {
        long before = changesSeen;
        changesSeen = store.changes();
        return changesSeen != before;
    }

    /** Starts the process, which may be killed in the midst of that. */
    void start() {
        started = true;
        power.restore();
        if (world.chance.perMille(100) && !world.network.isCalm()) {
            power.killAfter(world.chance.below(40));
        }
        restart();
    }

    private void restart() {
        try {
            daemon = new Daemon(world, this, store, directory());
        } catch (Killed e) {
            world.trace.add(name + " is killed while it starts");
            daemon = null;
        } catch (IOException e) {
            world.trace.add(name + " cannot start: " + e.getMessage());
            daemon = null;
        }
    }

    /** The process is killed; what it had written is there, what it remembered is not. */
    void kill() {
        power.cut();
        daemon = null;
    }

    /** Power is lost, and comes back: disk and store are left with what was made durable and any part of the rest. */
    void losePower() {
        kill();
        disk.losePower(world.chance::below);
        store.losePower(world.chance.below(store.notDurable() + 1));
    }

    void takeImage() {
        image = new Image(disk.copy(power, this::nowMs), store.image());
    }

    boolean hasImage() {
        return image != null;
    }

    /** The machine is set up anew from its image. */
    void goBack() {
        kill();
        restore(Objects.requireNonNull(image, "an image was taken"));
    }

    /** Becomes what another machine's image holds. */
    void becomeCopyOf(Machine other) {
        restore(Objects.requireNonNull(other.image, "an image was taken"));
    }

    private void restore(Image from) {
        disk = from.disk().copy(power, this::nowMs);
        disk.faults().ignoreFsync(world.sabotage.ignoresFsync());
        store.goBack(from.store());
        power.cut();
    }
}
