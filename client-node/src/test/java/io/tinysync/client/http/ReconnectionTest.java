package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReconnectionTest {

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** The highest that a chance can be. */
    private static final double ALMOST_ONE = Math.nextDown(1.0);

    private final Reconnection reconnection = new Reconnection(FIRST, LONGEST);

    @Test
    void the_ceiling_doubles_with_each_attempt_up_to_the_longest_wait() {
        List<Long> ceilings = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ceilings.add(rounded(reconnection.lost(Duration.ZERO, ALMOST_ONE)));
        }
        assertThat(ceilings).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 10_000L, 10_000L, 10_000L);
    }

    private static long rounded(Duration wait) {
        return wait.plusNanos(1000).toMillis();
    }

    @Test
    void a_wait_may_be_nothing_and_never_reaches_its_ceiling() {
        assertThat(reconnection.lost(Duration.ZERO, 0)).isEqualTo(Duration.ZERO);
        assertThat(reconnection.lost(Duration.ZERO, ALMOST_ONE)).isLessThan(FIRST.multipliedBy(2));
    }

    @Test
    void thousands_that_were_lost_together_come_back_evenly_over_the_whole_wait() {
        Random chances = new Random(1);
        int sockets = 10_000;
        int parts = 10;
        int[] perPart = new int[parts];
        for (int i = 0; i < sockets; i++) {
            Duration wait = new Reconnection(FIRST, LONGEST).lost(Duration.ofHours(1), chances.nextDouble());
            perPart[(int) (wait.toNanos() * parts / FIRST.toNanos())]++;
        }
        assertThat(Arrays.stream(perPart).boxed())
                .allSatisfy(part -> assertThat(part).isBetween(sockets / parts * 8 / 10, sockets / parts * 12 / 10));
    }

    @Test
    void only_a_socket_that_stood_for_the_longest_wait_makes_the_next_one_short_again() {
        for (int i = 0; i < 5; i++) {
            reconnection.lost(Duration.ZERO, ALMOST_ONE);
        }
        assertThat(rounded(reconnection.lost(LONGEST.minusMillis(1), ALMOST_ONE)))
                .isEqualTo(LONGEST.toMillis());
        assertThat(rounded(reconnection.lost(LONGEST, ALMOST_ONE))).isEqualTo(FIRST.toMillis());
    }

    @Test
    void a_socket_that_is_sent_elsewhere_goes_at_once_and_waits_if_it_is_sent_on_from_there() {
        assertThat(reconnection.sentElsewhere(Duration.ofHours(1), ALMOST_ONE)).isEqualTo(Duration.ZERO);
        assertThat(rounded(reconnection.sentElsewhere(Duration.ofMillis(10), ALMOST_ONE)))
                .isEqualTo(FIRST.toMillis());
        assertThat(rounded(reconnection.sentElsewhere(Duration.ofMillis(10), ALMOST_ONE)))
                .isEqualTo(FIRST.multipliedBy(2).toMillis());
        assertThat(reconnection.sentElsewhere(LONGEST, ALMOST_ONE)).isEqualTo(Duration.ZERO);
    }

    @Test
    void a_refusal_is_heeded_and_those_that_were_refused_together_do_not_come_back_together() {
        Duration pause = Duration.ofSeconds(1);
        assertThat(reconnection.refused(pause, 0)).isEqualTo(pause);
        Duration halfOfTheSecondCeiling = FIRST;
        assertThat(reconnection.refused(pause, 0.5)).isEqualTo(pause.plus(halfOfTheSecondCeiling));
    }
}
