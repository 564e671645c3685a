package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Proves that the proof can fail: each deliberate fault breaks a promise in some world that keeps them all without it. */
final class SabotageTest {

    /** Enough for the rarest: a delayed request that counts again changes the outcome of two worlds in a hundred. */
    private static final int MAX_SEEDS = 500;

    static Stream<Arguments> faults() {
        return Sabotages.all().entrySet().stream().map(fault -> Arguments.of(fault.getKey(), fault.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void is_found(String name, Supplier<Sabotage> fault) {
        boolean found = false;
        for (long seed = 0; seed < MAX_SEEDS && !found; seed++) {
            found = breaks(Plan.of(seed, fault.get())) && !breaks(Plan.of(seed));
        }
        assertThat(found).as(name).isTrue();
    }

    @Test
    void is_found_in_the_tree_itself() {
        Supplier<Sabotage> fault = Objects.requireNonNull(Sabotages.all().get(Sabotages.OTHER_KEYS));
        boolean found = false;
        for (long seed = 0; seed < MAX_SEEDS && !found; seed++) {
            found = Campaign.problem(new World(Plan.of(seed, fault.get())), _ -> {})
                    .filter(problem -> problem.startsWith("tree: "))
                    .isPresent();
        }
        assertThat(found).isTrue();
    }

    private static boolean breaks(Plan plan) {
        try {
            new World(plan).run();
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }
}
