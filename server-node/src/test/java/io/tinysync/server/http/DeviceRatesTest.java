package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.DeviceId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class DeviceRatesTest {

    private long clock;
    private final DeviceRates rates = new DeviceRates(2, () -> clock);

    private static DeviceId device(int number) {
        return new DeviceId(new UUID(0x7000, Long.MIN_VALUE | number));
    }

    private int taken(int device) {
        int taken = 0;
        while (rates.take(device(device)).isEmpty()) {
            taken++;
        }
        return taken;
    }

    @Test
    void a_device_may_ask_ten_seconds_worth_at_once_and_then_as_often_as_it_is_allowed() {
        assertThat(taken(1)).isEqualTo(20);
        assertThat(rates.take(device(1)).orElseThrow()).isBetween(Duration.ofMillis(499), Duration.ofMillis(501));
        clock += 500_000_001;
        assertThat(taken(1)).isEqualTo(1);
        clock += Duration.ofHours(1).toNanos();
        assertThat(taken(1)).isEqualTo(20);
    }

    @Test
    void asking_in_vain_costs_nothing_and_no_other_device_anything() {
        taken(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(rates.take(device(1))).isPresent();
        }
        clock += 500_000_001;
        assertThat(taken(1)).isEqualTo(1);
        assertThat(taken(2)).isEqualTo(20);
    }

    @Test
    void without_a_limit_nobody_waits() {
        DeviceRates any = new DeviceRates(0, () -> clock);
        for (int i = 0; i < 1000; i++) {
            assertThat(any.take(device(1))).isEmpty();
        }
    }
}
