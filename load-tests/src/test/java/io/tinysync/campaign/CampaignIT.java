package io.tinysync.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A campaign with every kind of fault once. {@code tinysync load campaign} is the long one. */
final class CampaignIT {

    private static final long SEED = 1;

    @Test
    void everyKindOfFaultOnceAndEveryPromiseIsKept(@TempDir Path directory) throws Exception {
        Campaign.Settings settings = new Campaign.Settings(
                SEED,
                Duration.ZERO,
                Duration.ofSeconds(1),
                3,
                3,
                Path.of("..").toAbsolutePath().normalize(),
                directory,
                Path.of("target", "cache", "tinysync").toAbsolutePath(),
                Map.of("TINYSYNC_BUILD", "never", "TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m"));

        Campaign.Outcome outcome = Campaign.run(settings, System.out::println);

        System.out.println(outcome.report().summary());
        assertThat(outcome.report().violations()).isEmpty();
        assertThat(outcome.report().unchecked()).isEmpty();
        assertThat(outcome.faults()).containsOnlyKeys(Fault.values());
        assertThat(outcome.unexpected()).isEmpty();
        assertThat(outcome.report().summary().acknowledged()).isGreaterThan(500);
    }
}
