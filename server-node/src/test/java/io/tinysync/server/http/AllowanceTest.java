package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A window of 30 s, and 1,024 bytes a second. */
final class AllowanceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Allowance allowance = new Allowance(30 * SECOND, 1024);

    @Test
    void nothing_may_come_for_a_window_and_no_longer() {
        assertThat(allowance.isUsedUpBy(30 * SECOND)).isFalse();
        assertThat(allowance.isUsedUpBy(30 * SECOND + 1)).isTrue();
    }

    @Test
    void a_byte_now_and_then_gains_next_to_nothing() {
        for (int i = 0; i < 30; i++) {
            allowance.waited(SECOND);
            allowance.moved(1);
        }
        assertThat(allowance.isUsedUpBy(SECOND / 10)).isTrue();
    }

    @Test
    void who_keeps_to_the_rate_may_go_on_for_ever_however_uneven() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(allowance.isUsedUpBy(25 * SECOND)).isFalse();
            allowance.waited(25 * SECOND);
            allowance.moved(25 * 1024);
        }
    }

    @Test
    void one_piece_earns_the_time_that_it_may_take() {
        allowance.moved(100 * 1024);
        assertThat(allowance.isUsedUpBy(130 * SECOND)).isFalse();
        assertThat(allowance.isUsedUpBy(130 * SECOND + 1)).isTrue();
    }

    @Test
    void what_was_earned_long_ago_counts_for_a_window_at_most() {
        for (int i = 0; i < 1_000; i++) {
            allowance.moved(1024);
        }
        assertThat(allowance.isUsedUpBy(32 * SECOND)).isTrue();
    }
}
