package io.tinysync.client.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapCareTest {

    private static final long MIB = 1 << 20;

    private final HeapCare care = new HeapCare();

    @Test
    void a_large_heap_is_collected_once_nothing_is_allocated_any_more() {
        assertThat(care.isWorthIt(100 * MIB, 256 * MIB)).isFalse();
        assertThat(care.isWorthIt(180 * MIB, 256 * MIB)).isFalse();

        assertThat(care.isWorthIt(181 * MIB, 256 * MIB)).isTrue();
    }

    /** What is used falls when the collector ran by itself: somebody is at work. */
    @Test
    void not_while_the_collector_runs_by_itself() {
        care.isWorthIt(180 * MIB, 256 * MIB);

        assertThat(care.isWorthIt(100 * MIB, 256 * MIB)).isFalse();
    }

    @Test
    void a_small_heap_is_left_alone() {
        care.isWorthIt(30 * MIB, 48 * MIB);

        assertThat(care.isWorthIt(30 * MIB, 48 * MIB)).isFalse();
    }

    @Test
    void what_is_alive_is_not_collected_again_and_again() {
        care.isWorthIt(180 * MIB, 200 * MIB);
        care.collected(150 * MIB, 190 * MIB);

        assertThat(care.isWorthIt(151 * MIB, 200 * MIB)).isFalse();
        assertThat(care.isWorthIt(152 * MIB, 250 * MIB)).isTrue();
    }
}
