package io.tinysync.suites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RateStepsTest {

    private static List<Long> triedUpTo(long first, long capacity) {
        RateSteps steps = new RateSteps(first);
        List<Long> tried = new ArrayList<>();
        for (OptionalLong rate = steps.next(); rate.isPresent(); rate = steps.next()) {
            tried.add(rate.getAsLong());
            steps.tried(rate.getAsLong(), rate.getAsLong() <= capacity);
        }
        return tried;
    }

    @Test
    void the_rate_doubles_until_it_does_not_hold_and_closes_in_from_both_sides() {
        assertThat(triedUpTo(100, 1000)).containsExactly(100L, 200L, 400L, 800L, 1600L, 1200L, 1000L);
    }

    @Test
    void small_rates_come_to_an_end() {
        assertThat(triedUpTo(1, 1)).containsExactly(1L, 2L);
        assertThat(triedUpTo(1, 3)).containsExactly(1L, 2L, 4L, 3L);
    }

    @Test
    void nothing_more_is_tried_where_the_first_rate_does_not_hold() {
        assertThat(triedUpTo(100, 99)).containsExactly(100L);
    }
}
