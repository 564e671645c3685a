package io.tinysync.client.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.core.CacheBudget;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the cache's budget is chosen. */
final class CacheSettingsTest {

    @Test
    void it_is_a_share_of_the_disk_unless_it_is_said() {
        assertThat(CacheSettings.budget(Map.of(), 40L << 30)).isEqualTo(new CacheBudget(20L << 30, 2L << 30));
        assertThat(CacheSettings.budget(Map.of(), 4000L << 30)).isEqualTo(new CacheBudget(2000L << 30, 5L << 30));
        assertThat(CacheSettings.budget(
                        Map.of("TINYSYNC_CACHE_BUDGET", "20GB", "TINYSYNC_CACHE_MIN_FREE", "512MiB"), 1L << 40))
                .isEqualTo(new CacheBudget(20_000_000_000L, 512L << 20));
        assertThat(CacheSettings.budget(Map.of("TINYSYNC_CACHE_BUDGET", "1000"), 1L << 40)
                        .maxBytes())
                .isEqualTo(1000);
    }

    @Test
    void what_is_no_size_is_refused() {
        assertThatThrownBy(() -> CacheSettings.budget(Map.of("TINYSYNC_CACHE_BUDGET", "much"), 1))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("much");
    }
}
