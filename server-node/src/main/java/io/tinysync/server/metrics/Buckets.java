package io.tinysync.server.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/** The bounds that times and sizes are counted in: few, since each is a series of its own. */
final class Buckets {

    /** From what a commit takes on a good disk to what a client waits for at most. */
    private static final Duration[] TIMES = LongStream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Whether answers begin at once, are waited for, or come too late. */
    private static final Duration[] ANSWERS = LongStream.of(10, 100, 1_000, 5_000, 20_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** Up to the most that one commit takes. */
    private static final double[] ENTRIES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

    private Buckets() {}

    static Timer.Builder times(String name) {
        return Timer.builder(name).serviceLevelObjectives(TIMES);
    }

    /** Where there are many series. */
    static Timer.Builder answers(String name) {
        return Timer.builder(name).serviceLevelObjectives(ANSWERS);
    }

    static DistributionSummary.Builder entries(String name) {
        return DistributionSummary.builder(name).serviceLevelObjectives(ENTRIES);
    }
}
