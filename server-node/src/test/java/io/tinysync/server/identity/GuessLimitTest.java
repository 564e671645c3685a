package io.tinysync.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.server.identity.GuessLimit.Permit;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class GuessLimitTest {

    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final InetAddress here = InetAddress.ofLiteral("192.0.2.1");
    private final InetAddress there = InetAddress.ofLiteral("192.0.2.2");

    /** Begins where a clock of this kind may overflow. */
    private long nanos = Long.MAX_VALUE - 1;

    private final GuessLimit limit = new GuessLimit(3, 5, WINDOW, () -> nanos);

    private void passes(Duration time) {
        nanos += time.toNanos();
    }

    private void wrong(InetAddress from) {
        assertThat(limit.ask(from)).isInstanceOf(Permit.Granted.class);
    }

    private void right(InetAddress from) {
        assertThat(limit.ask(from))
                .isInstanceOfSatisfying(
                        Permit.Granted.class, granted -> granted.uncount().run());
    }

    private void refused(InetAddress from, Duration retryAfter) {
        assertThat(limit.ask(from)).isEqualTo(new Permit.Refused(retryAfter));
    }

    @Test
    void after_so_many_wrong_guesses_a_network_waits_until_the_first_is_forgotten() {
        wrong(here);
        passes(Duration.ofMinutes(1));
        wrong(here);
        wrong(here);
        passes(Duration.ofMinutes(2));

        refused(here, Duration.ofMinutes(7));
        wrong(there);
        passes(Duration.ofMinutes(7));
        wrong(here);
        refused(here, Duration.ofMinutes(1));
    }

    @Test
    void a_right_guess_does_not_count() {
        for (int i = 0; i < 20; i++) {
            right(here);
        }
        wrong(here);
        wrong(here);
        right(here);
        wrong(here);
        refused(here, WINDOW);
    }

    @Test
    void all_networks_together_have_a_limit_too() {
        for (int i = 0; i < 5; i++) {
            wrong(InetAddress.ofLiteral("198.51.100." + i));
        }

        refused(here, WINDOW);
        passes(WINDOW);
        wrong(here);
    }

    @Test
    void addresses_of_one_subnet_of_ipv6_are_one_network() {
        wrong(InetAddress.ofLiteral("2001:db8:0:1::1"));
        wrong(InetAddress.ofLiteral("2001:db8:0:1:ffff::1"));
        wrong(InetAddress.ofLiteral("2001:db8:0:1::2"));

        refused(InetAddress.ofLiteral("2001:db8:0:1::3"), WINDOW);
        wrong(InetAddress.ofLiteral("2001:db8:0:2::1"));
    }
}
