package io.tinysync.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * {@code tinysync simulate}: {@code --seed N} runs one world and prints its trace; {@code --runs N [--from S]} runs as many on two
 * threads and prints rate, faults and which cells of the conflict table were reached; with {@code --crowded} worlds whose users are
 * at the same few things all the time, with {@code --cache} such whose devices have small caches and disks that rot. The exit code is 1 if a promise was broken, 2 for wrong usage.
 */
final class Simulate {

    private static final int MAX_SHRINKING_RUNS = 3000;

    private static final Pattern MACHINE = Pattern.compile("laptop|desktop|phone|tablet|server");
    private static final int KIND_CHARS = 14;

    private Simulate() {}

    public static void main(String[] arguments) {
        ((Logger) LoggerFactory.getLogger("io.tinysync")).setLevel(Level.OFF);
        Map<String, Long> options = new TreeMap<>();
        List<String> pairs = new ArrayList<>(List.of(arguments));
        Plan.Kind kind = pairs.remove("--crowded")
                ? Plan.Kind.CROWDED
                : pairs.remove("--cache") ? Plan.Kind.CACHE : Plan.Kind.ORDINARY;
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            options.put(pairs.get(i), Long.parseLong(pairs.get(i + 1)));
        }
        Long seed = options.get("--seed");
        Long runs = options.get("--runs");
        if (pairs.size() % 2 != 0 || (seed == null) == (runs == null)) {
            System.err.println("usage: tinysync simulate [--crowded | --cache] --seed N | --runs N [--from S]");
            System.exit(2);
        } else if (seed != null) {
            System.exit(replay(Plan.of(kind, seed)) ? 0 : 1);
        } else {
            System.exit(campaign(options.getOrDefault("--from", 0L), runs, kind) ? 0 : 1);
        }
    }

    /** Runs one world; if it breaks a promise, again without all the steps that are not needed for that. */
    private static boolean replay(Plan plan) {
        long seed = plan.seed();
        World world = new World(plan);
        Optional<String> problem = problem(world);
        if (problem.isEmpty()) {
            System.out.println(world.trace.tail(Integer.MAX_VALUE));
            System.out.println("seed " + seed + ": every promise kept, trace " + Long.toHexString(world.trace.hash()));
            return true;
        }
        Plan shorter = shortened(plan.of(world.steps()), kind(problem.get()));
        World again = new World(shorter);
        Optional<String> still = problem(again);
        System.out.println(again.trace.tail(Integer.MAX_VALUE));
        System.out.println("seed " + seed + ", " + shorter.skipped().cardinality() + " of " + shorter.steps()
                + " steps left out: " + Trace.brief(still.orElse(problem.get())));
        return false;
    }

    /** Leaves out half of the steps, then quarters and so on, as long as the same promise stays broken; single ones at the end. */
    private static Plan shortened(Plan plan, String kind) {
        Plan shortest = plan;
        int runs = 0;
        int chunk = Math.max(1, plan.steps() / 2);
        while (chunk > 0 && runs < MAX_SHRINKING_RUNS) {
            int before = shortest.skipped().cardinality();
            for (int from = 0; from < plan.steps() && runs < MAX_SHRINKING_RUNS; from += chunk) {
                Plan shorter = shortest.without(from, Math.min(from + chunk, plan.steps()));
                if (!shorter.equals(shortest)) {
                    runs++;
                    shortest = breaks(shorter, kind) ? shorter : shortest;
                }
            }
            boolean again = chunk == 1 && shortest.skipped().cardinality() > before;
            chunk = again ? 1 : chunk / 2;
        }
        return shortest;
    }

    private static boolean breaks(Plan plan, String kind) {
        return problem(new World(plan))
                .filter(found -> kind(found).equals(kind))
                .isPresent();
    }

    /** What a problem is, without whose. */
    private static String kind(String problem) {
        String words = MACHINE.matcher(problem).replaceAll("");
        return words.substring(0, Math.min(KIND_CHARS, words.length()));
    }

    private static Optional<String> problem(World world) {
        return Campaign.problem(world, _ -> {});
    }

    /** Prints how often each cell of the conflict table was reached; whether all were, where there were worlds enough to expect it. */
    private static boolean isCovered(Tally tally, long runs) {
        System.out.println("the conflict table:");
        ConflictTable.counts(tally).forEach((cell, count) -> System.out.println("  " + cell + ": " + count));
        List<String> missing = ConflictTable.missing(tally);
        System.out.println(
                missing.isEmpty()
                        ? "every row of the conflict table was reached"
                        : "never reached (a failure from " + ConflictTable.MIN_WORLDS + " worlds on): " + missing);
        return missing.isEmpty() || runs < ConflictTable.MIN_WORLDS;
    }

    private static boolean campaign(long from, long runs, Plan.Kind kind) {
        Campaign campaign = new Campaign(from, runs, seed -> Plan.of(kind, seed), _ -> {});
        long began = System.nanoTime();
        campaign.run();
        double seconds = (System.nanoTime() - began) / 1e9;
        campaign.broken().forEach((seed, problem) -> System.out.println("seed " + seed + ": " + problem));
        System.out.printf(
                "%d worlds from seed %d in %.0f s: %.1f worlds/s, %d steps, %.0f steps/s, %d broke a promise%n",
                runs,
                from,
                seconds,
                runs / seconds,
                campaign.steps(),
                campaign.steps() / seconds,
                campaign.broken().size());
        campaign.tally().all().forEach((event, count) -> {
            if (!ConflictTable.isCell(event)) {
                System.out.println("  " + event + ": " + count);
            }
        });
        boolean covered = kind == Plan.Kind.CACHE || isCovered(campaign.tally(), runs);
        return covered && campaign.broken().isEmpty();
    }
}
