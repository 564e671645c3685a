package io.tinysync.simulation;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.tree.NameRules;
import io.tinysync.simulation.disk.Killed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that one seed drives: it runs wild for a while, comes to rest, and must then keep the promises. */
final class World {

    static final int MIN_ACTS = 200;
    static final int MIN_FAULTS = 2;

    private static final int MAX_ROUNDS_TO_REST = 3000;
    private static final List<String> NAMES = List.of("laptop", "desktop", "phone", "tablet", "server");

    final Chance chance;
    final Trace trace = new Trace();
    final Tally tally = new Tally();
    final ConflictTable conflicts = new ConflictTable(tally);
    final Sabotage sabotage;
    final NameRules names;
    final Network network;
    final Judge judge;
    final Vault vault;
    final Administrator administrator;
    long nowMs = 1_800_000_000_000L;
    /** See {@code DriveSettings}; as the product has it, unless a test wants every file to be a big one. Read when a process starts. */
    long maxFsyncReadBytes = 1 << 20;

    private final Plan plan;
    private final FaultSteps faults;
    private final Clashes clashes = new Clashes(this);
    private final CacheSteps caches = new CacheSteps(this);
    private final Invariants invariants = new Invariants(this);
    /** Whether it goes on until a process was started again; half of the worlds do. */
    private final boolean restarts;

    private final List<Machine> machines = new ArrayList<>();
    private final Map<Machine, Users> users = new HashMap<>();
    private @Nullable Cursor checkedServer;
    private long texts;
    private long numbers;
    private int steps;
    private @Nullable RuntimeException failure;

    World(Plan plan) {
        this.plan = plan;
        this.sabotage = plan.sabotage();
        this.chance = new Chance(plan.seed());
        NamePolicy policy = plan.calmPolicy().orElseGet(this::anyPolicy);
        this.names = NameRules.of(policy);
        this.network = new Network(chance, tally);
        this.judge = new Judge(this);
        this.vault = new Vault(this, policy);
        this.administrator = new Administrator(this);
        this.faults = new FaultSteps(this);
        this.restarts = Math.floorMod(plan.seed(), 2) == 0;
        int count = plan.calm() ? 2 : 2 + (chance.perMille(600) ? 0 : chance.below(4));
        for (int i = 0; i < count; i++) {
            add(new Machine(this, NAMES.get(i), new DeviceId(chance.id())));
        }
        if (plan.calm()) {
            network.calmDown();
        }
    }

    private NamePolicy anyPolicy() {
        return chance.perMille(500) ? NamePolicy.POSIX : NamePolicy.PORTABLE;
    }

    /** Two devices that run, a network that is calm, and nothing that happens by itself. */
    static World calm() {
        return calm(NamePolicy.POSIX);
    }

    static World calm(NamePolicy policy) {
        World world = new World(Plan.ofCalm(policy));
        world.machines.forEach(world::start);
        return world;
    }

    void add(Machine machine) {
        machines.add(machine);
        users.put(machine, new Users(this, machine));
    }

    List<Machine> machines() {
        return machines;
    }

    Users users(Machine machine) {
        return java.util.Objects.requireNonNull(users.get(machine));
    }

    FaultSteps faults() {
        return faults;
    }

    /** Whether users are at the same few things all the time. */
    boolean isCrowded() {
        return plan.kind() == Plan.Kind.CROWDED;
    }

    /** Whether the devices' caches are small, and users and faults are at them. */
    boolean hasSmallCaches() {
        return plan.kind() == Plan.Kind.CACHE;
    }

    /** A number that no text has had. */
    long nextText() {
        return texts++;
    }

    /** A number, as an id, that nothing else has had. */
    UUID nextNumber() {
        return new UUID(0x7000, ++numbers);
    }

    /** How many steps it took before it came to rest. */
    int steps() {
        return steps;
    }

    /** Runs to the end. */
    void run() {
        machines.forEach(this::start);
        int wanted = plan.steps() < 0 ? Integer.MAX_VALUE : plan.steps();
        while (steps < wanted && (plan.steps() >= 0 || !isEnough())) {
            chance.beginStep(steps);
            trace.beginStep(steps);
            if (!plan.skips(steps)) {
                step();
            }
            steps++;
        }
        chance.beginStep(steps);
        trace.beginStep(steps);
        rest();
        new Verdict(this).check();
    }

    private boolean isEnough() {
        return tally.sum("act ") >= MIN_ACTS
                && tally.sum("fault ") >= MIN_FAULTS
                && (!restarts || tally.of("restart") > 0);
    }

    private void step() {
        nowMs += chance.below(30);
        Machine machine = machines.get(chance.below(machines.size()));
        int what = chance.below(1000);
        if (what < 40) {
            faults.act(machine, users(machine));
        } else if (isCrowded() && what < 140) {
            clashes.act();
        } else if (hasSmallCaches() && what < 160 && machine.isRunning()) {
            guarded(machine, () -> caches.act(machine, users(machine)));
        } else if (machine.isRunning()) {
            guarded(machine, () -> step(machine, what));
        } else if (what < 500) {
            start(machine);
        }
        while (chance.perMille(600) && isDelivered()) {
            settleDead();
        }
        settleDead();
        checkTrees();
    }

    /** What another device does changes no tree but its own, until this one hears of it. */
    private void checkTrees() {
        if (!vault.cursor().equals(checkedServer)) {
            invariants.checkServer();
            checkedServer = vault.cursor();
        }
        for (Machine machine : machines) {
            if (machine.hasChanged()) {
                invariants.check(machine);
            }
        }
    }

    private boolean isDelivered() {
        try {
            return network.deliver(nowMs);
        } catch (Killed e) {
            trace.add("a process is killed by what it hears");
            return true;
        }
    }

    private void step(Machine machine, int what) {
        // Who is at the same things all the time has heard of them.
        int acts = isCrowded() ? 220 : 480;
        int pulls = isCrowded() ? 600 : 660;
        if (what < acts) {
            users(machine).act();
        } else if (what < pulls) {
            machine.daemon().pull();
        } else if (what < (isCrowded() ? 980 : 860)) {
            machine.daemon().push();
        }
        if (what % 8 != 0) {
            machine.daemon().follow();
        }
    }

    /** Runs what a machine does; it may be killed in the midst of it. */
    void guarded(Machine machine, Runnable work) {
        try {
            work.run();
        } catch (Killed e) {
            trace.add(machine.name() + " is killed in the midst of it");
        }
        settleDead();
    }

    private void settleDead() {
        requireNoFailure();
        for (Machine machine : machines) {
            if (machine.isRunning() && !machine.power().isOn()) {
                tally.count("fault killed in the midst");
                faults.kill(machine, users(machine));
            }
        }
    }

    void start(Machine machine) {
        boolean again = machine.wasStarted();
        machine.start();
        if (machine.isRunning()) {
            trace.add(machine.name() + " starts");
            if (again) {
                tally.count("restart");
            }
            guarded(machine, () -> faults.started(machine, users(machine)));
        }
    }

    /** What no fault explains; reported at the end of the step, since it may be met where exceptions are swallowed. */
    void unexpected(String what, Throwable cause) {
        if (failure == null) {
            failure = cause instanceof Violation violation
                    ? violation
                    : new IllegalStateException(what + ": " + cause, cause);
        }
    }

    private void requireNoFailure() {
        RuntimeException met = failure;
        if (met != null) {
            throw met;
        }
    }

    void rest() {
        network.calmDown();
        faults.stop();
        for (Machine machine : machines) {
            if (!machine.isRunning()) {
                start(machine);
            }
            if (!machine.isRunning()) {
                throw new Violation("start", machine.name() + " does not start: " + trace.tail(1));
            }
            users(machine).stop();
            caches.stop(machine);
        }
        settle(machines);
    }

    /** Lets these devices sync with the server until they are at rest. */
    void settle(List<Machine> some) {
        for (int round = 0; round < MAX_ROUNDS_TO_REST; round++) {
            nowMs = Math.max(nowMs + 10, network.nextMs());
            for (Machine machine : some) {
                machine.daemon().pull();
                machine.daemon().push();
                machine.daemon().follow();
            }
            while (network.deliver(nowMs)) {
                nowMs++;
            }
            requireNoFailure();
            if (network.isEmpty() && some.stream().allMatch(this::isAtRest)) {
                tally.count("rounds", round);
                return;
            }
        }
        throw new Violation(
                "P6",
                "no rest in " + MAX_ROUNDS_TO_REST + " rounds: "
                        + some.stream()
                                .filter(machine -> !isAtRest(machine))
                                .map(this::standing)
                                .toList());
    }

    private boolean isAtRest(Machine machine) {
        var position = machine.store().<io.tinysync.engine.device.core.SyncPosition>read(view -> view.position());
        return machine.daemon().tree().pendingTotals().ops() == 0
                && position.cursor().equals(vault.cursor())
                && position.bootstrapped()
                && !position.rebaseDue();
    }

    private String standing(Machine machine) {
        return machine.name() + " " + machine.daemon() + " "
                + machine.store().<Object>read(view -> view.position() + " pending " + view.pendingAfter(0, 20));
    }
}
