package io.tinysync.suites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CapacityTest {

    private static StepResult step(long rate, long failed, String... broken) {
        StepResult.Times all = new StepResult.Times("All Requests", 20 * rate, failed, 9, 61, 240, rate);
        return new StepResult(rate, all, List.of(all), List.of(broken), "index.html");
    }

    @Test
    void the_line_has_the_highest_rate_that_held_and_the_lowest_that_did_not() {
        Capacity capacity = new Capacity(Suite.MUTATION_STORM);
        capacity.add(step(100, 0));
        capacity.add(step(200, 0));
        capacity.add(step(400, 3, "too slow", "3 failed"));
        capacity.add(step(300, 0, "too slow"));

        assertThat(capacity.line("2.10 1.80 1.20"))
                .isEqualTo(
                        "capacity MutationStorm: 200 requests/s held (200 requests/s, p50 9 ms, p95 61 ms, p99 240 ms);"
                                + " at 300 gave way: too slow; 3 failed; load average 2.10 1.80 1.20");
    }

    @Test
    void the_line_says_if_nothing_held() {
        Capacity capacity = new Capacity(Suite.BOOTSTRAP);
        capacity.add(step(1, 0, "too slow"));

        assertThat(capacity.line("9"))
                .isEqualTo("capacity Bootstrap: none, not even the first rate held; at 1 gave way: too slow; 0 failed;"
                        + " load average 9");
    }
}
