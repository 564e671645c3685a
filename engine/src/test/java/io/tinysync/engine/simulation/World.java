package io.tinysync.engine.simulation;

import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.NameRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that one seed drives: it runs wild for a while, comes to rest, and must then keep the promises. */
final class World {

    private static final int MAX_ROUNDS_TO_REST = 3000;

    final Chance chance;
    final Trace trace = new Trace();
    final Tally tally = new Tally();
    final Ledger ledger = new Ledger();
    final SimulatedServer server;
    long nowMs = 1_800_000_000_000L;

    private final long seed;
    private final Network network;
    private final Administrator administrator;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final List<Programs> programs = new ArrayList<>();
    private SimulatedServer.@Nullable Backup backup;

    World(long seed) {
        this(seed, new Chance(seed));
    }

    private World(long seed, Chance chance) {
        this(seed, chance, chance.perMille(500) ? NamePolicy.POSIX : NamePolicy.PORTABLE, 2 + chance.below(2));
    }

    private World(long seed, Chance chance, NamePolicy policy, int count) {
        this.seed = seed;
        this.chance = chance;
        this.network = new Network(chance, tally);
        this.server = new SimulatedServer(policy, tally);
        this.administrator = new Administrator(this);
        for (int i = 0; i < count; i++) {
            SimulatedDevice device = new SimulatedDevice(
                    this, List.of("laptop", "desktop", "phone").get(i), NameRules.of(policy));
            devices.add(device);
            programs.add(new Programs(this, device));
        }
    }

    /** A world without faults, in which nothing happens by itself. */
    static World calm(NamePolicy policy, int devices) {
        World world = new World(0, new Chance(0), policy, devices);
        world.network.calmDown();
        return world;
    }

    SimulatedDevice device(int index) {
        return devices.get(index);
    }

    /** Lets these devices sync with the server until they are at rest. */
    void settle(SimulatedDevice... some) {
        settle(List.of(some));
    }

    /** Sends a message to the server, whose handling is given. */
    void request(String what, Runnable handling) {
        network.send(nowMs, what + " request", handling);
    }

    /** Sends a message back. */
    void reply(String what, Runnable handling) {
        network.send(nowMs, what + " reply", handling);
    }

    /** The hash of all that happened. */
    Sha256 run() {
        try {
            int steps = 100 + chance.below(300);
            for (int i = 0; i < steps; i++) {
                step();
            }
            rest();
            new Verdict(server, devices, ledger).check();
            return trace.hash();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e + "\n" + trace, e);
        }
    }

    private void step() {
        nowMs += chance.below(30);
        int index = chance.below(devices.size());
        SimulatedDevice device = devices.get(index);
        int what = chance.below(1000);
        if (what < 330) {
            programs.get(index).act();
        } else if (what < 480) {
            device.pull();
        } else if (what < 640) {
            device.push();
        } else if (what < 650) {
            crash(index);
        } else if (what < 655) {
            nowMs += chance.below(2000);
        } else if (what < 665) {
            server.collectGarbage();
        } else if (what < 672) {
            server.quotaFull(chance.perMille(500));
        } else if (what < 680) {
            administrator.act();
        } else if (what < 682) {
            device.takeImage();
        } else if (what < 684) {
            rewind(index);
        } else if (what < 686) {
            backup = backup == null ? server.backup() : backup;
        } else if (what < 687 && backup != null) {
            trace.add("the server is restored");
            server.restore(backup);
            backup = null;
        } else {
            network.deliver(nowMs);
        }
    }

    private void rewind(int index) {
        if (devices.get(index).goBackToImage()) {
            programs.get(index).restart();
        }
    }

    private void crash(int index) {
        SimulatedDevice device = devices.get(index);
        if (chance.perMille(300)) {
            tally.count("power losses");
            trace.add(device.name + " loses power");
            device.losePower();
        } else {
            tally.count("crashes");
            trace.add(device.name + " is killed");
            device.crash();
        }
        programs.get(index).restart();
    }

    private void rest() {
        network.calmDown();
        server.quotaFull(false);
        programs.forEach(Programs::stop);
        settle(devices);
    }

    private void settle(List<SimulatedDevice> some) {
        for (int round = 0; round < MAX_ROUNDS_TO_REST; round++) {
            nowMs += 10;
            some.forEach(SimulatedDevice::pull);
            some.forEach(SimulatedDevice::push);
            while (network.deliver(nowMs)) {
                nowMs++;
            }
            if (network.isEmpty() && some.stream().allMatch(this::isAtRest)) {
                return;
            }
        }
        throw new AssertionError("no rest in " + MAX_ROUNDS_TO_REST + " rounds: "
                + some.stream()
                        .map(device -> device.name + " " + device.position() + " pending " + device.pendingOps())
                        .toList());
    }

    private boolean isAtRest(SimulatedDevice device) {
        return device.pendingOps() == 0
                && device.position().cursor().equals(server.cursor())
                && device.position().bootstrapped();
    }
}
