package io.tinysync.suites;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.e2e.Account;
import io.tinysync.e2e.ServerProcess;
import io.tinysync.load.Checkout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    @Tag("long")
    @Test
    void a_server_with_an_authority_of_its_own_is_trusted_if_it_is_named(@TempDir Path directory) throws IOException {
        try (ServerProcess server = ServerProcess.encrypted(directory, Account.own())) {
            Path token = Files.writeString(directory.resolve("admin-token"), ServerProcess.ADMIN_TOKEN);
            String authority = server.trust()[1];

            runs("BlobTraffic", 10, "--url=" + server.url(), "--admin-token-file=" + token, "--ca=" + authority);
        }
    }

    /** How fast the answers come is nothing that a shared machine can promise, so neither is the exit code. */
    private void runs(String suite, int rate, String... options) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        RunSuite command = new RunSuite(
                Checkout.root(),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                Map.of("TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m"));

        List<String> arguments = new ArrayList<>(
                List.of(suite, "--rate=" + rate, "--seconds=3", "--warm-up=0", "--steps=1", "--report=" + report));
        arguments.addAll(List.of(options));

        int exitCode = new CommandLine(command).execute(arguments.toArray(String[]::new));

        String text = said.toString(StandardCharsets.UTF_8);
        System.out.println(text);
        assertThat(exitCode).as(text).isIn(0, 1);
        assertThat(text)
                .contains(options.length == 0 ? "fsync = on" : "refuses to start on one with fsync")
                .containsPattern(CAPACITY);
        try (Stream<Path> files = Files.walk(report)) {
            assertThat(files).anyMatch(file -> file.endsWith("index.html"));
        }
    }
}
