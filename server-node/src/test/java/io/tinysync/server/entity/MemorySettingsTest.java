package io.tinysync.server.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MemorySettingsTest {

    private static final long TWO_GIB = 2L << 30;

    private static MemorySettings read(String settings) {
        Config config = ConfigFactory.parseString(settings);
        return MemorySettings.read(config, TWO_GIB);
    }

    @Test
    void theDefaultIsAMillionItemsInTwoGigabytes() {
        assertThat(read("items = 0, idle = 10m")).isEqualTo(new MemorySettings(1 << 20, Duration.ofMinutes(10)));
    }

    @Test
    void whatIsSetIsTaken() {
        assertThat(read("items = 5000, idle = 1s")).isEqualTo(new MemorySettings(5000, Duration.ofSeconds(1)));
    }

    @Test
    void lessThanOneVaultIsRefused() {
        assertThatThrownBy(() -> read("items = 99, idle = 10m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vaults-in-memory.items")
                .hasMessageContaining("99");
        assertThatThrownBy(() -> read("items = 0, idle = 0s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vaults-in-memory.idle");
    }
}
