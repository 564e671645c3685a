package io.tinysync.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole worlds, one per seed. {@code -Dtinysync.seed=N} runs one seed again, {@code -Dtinysync.seeds=N} that many from
 * {@code -Dtinysync.firstSeed} in the long campaign.
 */
final class SimulationTest {

    private static final Tally TOTAL = new Tally();

    private static final List<String> FAULTS = List.of(
            "crashes",
            "power losses",
            "collected blobs",
            "rewound",
            "images",
            "restored backups",
            "rejoins",
            "truncated",
            "snapshots",
            "subtree deletes",
            "subtree restores",
            "dropped blob request",
            "dropped log reply",
            "dropped mutations request",
            "dropped mutations reply",
            "duplicated mutations request",
            "duplicated log reply",
            "rejected version_conflict",
            "rejected name_taken",
            "rejected parent_missing",
            "rejected item_missing",
            "rejected not_empty",
            "rejected dependency_rejected",
            "rejected blob_missing",
            "rejected quota_exceeded");

    static LongStream seeds() {
        Long one = Long.getLong("tinysync.seed");
        return one == null ? LongStream.range(0, 300) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void devices_converge_and_nothing_written_is_lost(long seed) {
        World world = new World(seed);
        world.run();
        TOTAL.add(world.tally);
        TOTAL.count("worlds");
    }

    @AfterAll
    static void the_faults_have_hit() {
        if (Long.getLong("tinysync.seed") == null && TOTAL.of("worlds") == 300) {
            assertThat(FAULTS)
                    .allSatisfy(fault -> assertThat(TOTAL.of(fault)).as(fault).isPositive());
        }
    }

    @Test
    void the_same_seed_gives_the_same_trace() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(new World(seed).run()).isEqualTo(new World(seed).run());
        }
    }

    @Test
    @Tag("long")
    void many_more_seeds() {
        long first = Long.getLong("tinysync.firstSeed", 1000);
        long count = Long.getLong("tinysync.seeds", 5000);
        for (long seed = first; seed < first + count; seed++) {
            new World(seed).run();
        }
    }
}
