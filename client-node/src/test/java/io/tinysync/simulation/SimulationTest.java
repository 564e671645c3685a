package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whole worlds, one per seed. */
final class SimulationTest {

    private static final int WORLDS = 500;
    private static final int TRACES = 5;

    private static final int CROWDED_WORLDS = 300;

    /** What must have hit something in so many worlds, by the names of the tally. */
    private static final List<String> FAULTS = List.of(
            "fault killed in the midst",
            "fault power loss",
            "fault disk full",
            "fault fsync",
            "fault read",
            "fault quota",
            "fault rejoin",
            "fault snapshot",
            "fault restored backup",
            "fault went back to an image",
            "fault cloned",
            "fault collected blobs",
            "fault corrupt download",
            "fault cut download",
            "fault cut snapshot",
            "held files found",
            "rewound",
            "truncated",
            "subtree deletes",
            "subtree restores",
            "network LOST blob request",
            "network LOST log reply",
            "network LOST mutations request",
            "network LOST mutations reply",
            "network ARRIVES_TWICE mutations request",
            "network ARRIVES_LATE mutations request",
            "rejected version_conflict",
            "rejected name_taken",
            "rejected parent_missing",
            "rejected item_missing",
            "rejected not_empty",
            "rejected dependency_rejected",
            "rejected blob_missing",
            "rejected quota_exceeded");

    /** Worlds whose devices have small caches. */
    private static final int CACHE_WORLDS = 60;

    private static final List<String> CACHE_EVENTS = List.of(
            "fault bit flip",
            "cache evicted EVICTED",
            "cache evicted IN_USE",
            "cache evicted PINNED",
            "cache evicted UNACKNOWLEDGED",
            "cache fetch pinned",
            "cache drop replaced");

    @Test
    void in_small_caches_nothing_goes_that_has_to_stay_and_flipped_bits_are_never_shown() {
        Campaign campaign = new Campaign(0, CACHE_WORLDS, seed -> Plan.of(Plan.Kind.CACHE, seed), _ -> {});
        campaign.run();
        assertThat(campaign.broken())
                .as("replay one with ./tinysync simulate --cache --seed N")
                .isEmpty();
        assertThat(CACHE_EVENTS)
                .allSatisfy(event ->
                        assertThat(campaign.tally().of(event)).as(event).isPositive());
    }

    @Test
    void the_same_seed_gives_the_same_trace() {
        for (long seed = 0; seed < TRACES; seed++) {
            World first = new World(Plan.of(seed));
            first.run();
            World second = new World(Plan.of(seed));
            second.run();
            assertThat(second.trace.hash()).isEqualTo(first.trace.hash());
        }
    }

    @Test
    void every_world_keeps_the_promises_every_fault_hits_and_every_row_of_the_conflict_table_is_reached() {
        AtomicInteger restarted = new AtomicInteger();
        Campaign campaign = new Campaign(0, WORLDS, Plan::of, world -> {
            assertThat(world.tally.sum("act ")).isGreaterThanOrEqualTo(World.MIN_ACTS);
            assertThat(world.tally.sum("fault ")).isGreaterThanOrEqualTo(World.MIN_FAULTS);
            restarted.addAndGet(world.tally.of("restart") > 0 ? 1 : 0);
        });
        campaign.run();
        Campaign crowded = new Campaign(0, CROWDED_WORLDS, seed -> Plan.of(Plan.Kind.CROWDED, seed), _ -> {});
        crowded.run();

        assertThat(campaign.broken())
                .as("replay one with ./tinysync simulate --seed N")
                .isEmpty();
        assertThat(crowded.broken())
                .as("replay one with ./tinysync simulate --crowded --seed N")
                .isEmpty();
        Tally rows = new Tally();
        rows.add(campaign.tally());
        rows.add(crowded.tally());
        assertThat(ConflictTable.missing(rows))
                .as("rows of the conflict table that were never reached")
                .isEmpty();
        assertThat(restarted.get()).isGreaterThanOrEqualTo(WORLDS / 2);
        assertThat(FAULTS)
                .allSatisfy(fault ->
                        assertThat(campaign.tally().of(fault)).as(fault).isPositive());
    }
}
