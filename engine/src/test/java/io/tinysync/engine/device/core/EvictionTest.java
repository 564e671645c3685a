package io.tinysync.engine.device.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.Eviction.Cached;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is dropped when the cache is too full, and when it is that. */
final class EvictionTest {

    private static Cached cached(int number, long sizeBytes, long usedAtMs) {
        return new Cached(Sha256.hash(new byte[] {(byte) number, (byte) (number >> 8)}), sizeBytes, usedAtMs);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void the_longest_unused_go_and_no_more_than_are_needed(long seed) {
        Random random = new Random(seed);
        List<Cached> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(cached(i, random.nextInt(1000), random.nextInt(100_000)));
        }
        long needed = random.nextInt(100_000);
        Eviction eviction = new Eviction(needed);
        all.forEach(eviction::offer);

        List<Cached> chosen = eviction.chosen();
        long bytes = chosen.stream().mapToLong(Cached::sizeBytes).sum();
        assertThat(bytes).isGreaterThanOrEqualTo(needed);
        assertThat(chosen).isSortedAccordingTo(Comparator.comparingLong(Cached::usedAtMs));
        if (!chosen.isEmpty()) {
            assertThat(bytes - chosen.getLast().sizeBytes()).isLessThan(needed);
            long newest = chosen.getLast().usedAtMs();
            assertThat(all).filteredOn(each -> each.usedAtMs() < newest).allMatch(chosen::contains);
        }
    }

    @Test
    void what_is_chosen_at_once_is_bounded() {
        Eviction eviction = new Eviction(Long.MAX_VALUE);
        for (int i = 0; i < Eviction.MAX_CHOSEN + 10; i++) {
            eviction.offer(cached(i, 1, i));
        }
        assertThat(eviction.chosen())
                .hasSize(Eviction.MAX_CHOSEN)
                .noneMatch(each -> each.usedAtMs() >= Eviction.MAX_CHOSEN);
    }

    @Test
    void a_budget_is_over_when_either_of_its_limits_is() {
        CacheBudget budget = new CacheBudget(1000, 200);
        assertThat(budget.excess(900, 500, 100)).isZero();
        assertThat(budget.excess(900, 500, 101)).isEqualTo(1);
        assertThat(budget.excess(100, 250, 100)).isEqualTo(50);
        assertThat(budget.toDrop(0)).isZero();
        assertThat(budget.toDrop(10)).isEqualTo(60);
        assertThat(CacheBudget.NONE.excess(Long.MAX_VALUE / 2, 10, 10)).isZero();
    }
}
