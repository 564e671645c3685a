package io.tinysync.simulation;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Many worlds, one seed after the other, on two threads; each world has one of them to itself. */
final class Campaign {

    private static final int THREADS = 2;

    private final long from;
    private final long worlds;
    private final LongFunction<Plan> plan;
    private final Consumer<World> whole;
    private final Tally tally = new Tally();
    private final Map<Long, String> broken = new TreeMap<>();
    private final AtomicLong next;
    private long steps;

    /**
     * @param plan of each seed
     * @param whole is given each world that has kept its promises; what it throws counts as a broken one
     */
    Campaign(long from, long worlds, LongFunction<Plan> plan, Consumer<World> whole) {
        this.from = from;
        this.worlds = worlds;
        this.plan = plan;
        this.whole = whole;
        this.next = new AtomicLong(from);
    }

    void run() {
        try (ExecutorService workers = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                workers.execute(this::work);
            }
        }
    }

    private void work() {
        for (long seed = next.getAndIncrement(); seed < from + worlds; seed = next.getAndIncrement()) {
            World world = new World(plan.apply(seed));
            Optional<String> problem = problem(world, whole);
            add(seed, world, problem);
        }
    }

    private synchronized void add(long seed, World world, Optional<String> problem) {
        problem.ifPresent(what -> broken.put(seed, Trace.brief(what)));
        steps += world.steps();
        tally.add(world.tally);
    }

    /** Runs a world; what was broken, if something was. */
    static Optional<String> problem(World world, Consumer<World> whole) {
        try {
            world.run();
            whole.accept(world);
            return Optional.empty();
        } catch (Violation e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            return Optional.of(e.toString());
        }
    }

    /** The seeds of the worlds that broke a promise, and which. */
    synchronized Map<Long, String> broken() {
        return broken;
    }

    synchronized Tally tally() {
        return tally;
    }

    synchronized long steps() {
        return steps;
    }
}
