package io.tinysync.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Each benchmark runs: once, in this JVM, with nothing said of how fast. */
@Tag("long")
final class BenchmarksTest {

    private static final int BENCHMARKS = 12;

    @Test
    void each_benchmark_runs_once() throws RunnerException {
        assertThat(new Runner(new OptionsBuilder()
                                .include("io\\.tinysync\\.jmh\\..*")
                                .mode(Mode.SingleShotTime)
                                .forks(0)
                                .warmupIterations(0)
                                .measurementIterations(1)
                                .shouldFailOnError(true)
                                .build())
                        .run())
                .hasSize(BENCHMARKS);
    }
}
