package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whole worlds, one per seed. */
final class SimulationTest {

    @Test
    void the_same_seed_gives_the_same_trace() {
        for (long seed = 0; seed < 5; seed++) {
            World first = new World(Plan.of(seed));
            first.run();
            World second = new World(Plan.of(seed));
            second.run();
            assertThat(second.trace.hash()).isEqualTo(first.trace.hash());
        }
    }
}
