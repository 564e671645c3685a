package io.tinysync.suites;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.load.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Each suite for a few seconds at a low rate against a server of its own: what is sent is what the server takes. */
final class SuitesIT {

    private static final Pattern CAPACITY = Pattern.compile("(?m)^capacity .*; 0 failed; load average .*$");

    @TempDir
    private Path report;

    @Test
    void a_short_storm_leaves_a_report_and_a_capacity_line_and_fails_nothing() throws IOException {
        runs("MutationStorm", 12);
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"DeviceFleet,6", "BlobTraffic,10", "WakeFanOut,2", "Bootstrap,1", "Reconnect,20", "Soak,6"})
    void each_suite_leaves_a_report_and_a_capacity_line_and_fails_nothing(String suite, int rate) throws IOException {
        runs(suite, rate);
    }

    /** How fast the answers come is nothing that a shared machine can promise, so neither is the exit code. */
    private void runs(String suite, int rate) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        RunSuite command = new RunSuite(
                Checkout.root(),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                Map.of("TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m"));

        int exitCode = new CommandLine(command)
                .execute(suite, "--rate=" + rate, "--seconds=3", "--warm-up=0", "--steps=1", "--report=" + report);

        String text = said.toString(StandardCharsets.UTF_8);
        System.out.println(text);
        assertThat(exitCode).as(text).isIn(0, 1);
        assertThat(text).contains("fsync = on").containsPattern(CAPACITY);
        try (Stream<Path> files = Files.walk(report)) {
            assertThat(files).anyMatch(file -> file.endsWith("index.html"));
        }
    }
}
