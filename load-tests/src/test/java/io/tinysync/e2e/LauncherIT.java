package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.load.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with what this build made. */
final class LauncherIT {
    private static final Path LAUNCHER = Checkout.root().resolve("tinysync");

    @TempDir
    private Path elsewhere;

    private record Outcome(int exitCode, String output) {}

    @Test
    void runs_from_another_folder_and_through_links() throws Exception {
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), LAUNCHER);
        Path linkToLink = Files.createSymbolicLink(elsewhere.resolve("link to link"), link.getFileName());

        Outcome outcome = run(linkToLink.toString(), "--version");

        assertThat(outcome.output()).startsWith("tinysync ");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void hands_on_arguments_with_spaces_and_the_exit_code() throws Exception {
        Outcome outcome = run(LAUNCHER.toString(), "--state", elsewhere + "/my state", "status");

        assertThat(outcome.output()).contains(elsewhere + "/my state");
        assertThat(outcome.exitCode()).isOne();
    }

    @Test
    void refuses_an_unknown_option_of_test() throws Exception {
        Outcome outcome = run(LAUNCHER.toString(), "test", "--nearly-all");

        assertThat(outcome).isEqualTo(new Outcome(2, "tinysync: usage: tinysync test [--all]\n"));
    }

    @Test
    void refuses_a_load_suite_that_is_not_there() throws Exception {
        Outcome outcome = run(LAUNCHER.toString(), "load", "Storm");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.output()).startsWith("tinysync: usage: tinysync load SUITE");
    }

    @Test
    void a_short_command_builds_nothing_and_prints_how_long_it_takes() throws Exception {
        Outcome first = run(LAUNCHER.toString(), "--state", elsewhere.toString(), "status");

        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            Outcome next = run(LAUNCHER.toString(), "--state", elsewhere.toString(), "status");
            millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
            assertThat(next).isEqualTo(first);
        }

        System.out.println("tinysync status, milliseconds: " + millis);
        assertThat(first.output()).doesNotContain("building");
    }

    @Test
    void a_collector_that_is_asked_for_takes_the_place_of_the_own() throws Exception {
        for (String command : new String[] {"server", "status", "attach"}) {
            Outcome outcome = run(
                    Map.of("TINYSYNC_JAVA_OPTS", "-Xmx64m -XX:+UseParallelGC"),
                    LAUNCHER.toString(),
                    command,
                    "--version");

            assertThat(outcome).returns(0, Outcome::exitCode);
            assertThat(outcome.output()).startsWith("tinysync");
        }
    }

    @Test
    void many_first_commands_at_once_and_a_damaged_archive_of_classes_do_no_harm() throws Exception {
        Path build = elsewhere.resolve("build");
        Path launcher = CopiedBuild.into(build);
        List<CompletableFuture<Outcome>> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            first.add(CompletableFuture.supplyAsync(() -> unchecked(launcher)));
        }
        for (CompletableFuture<Outcome> outcome : first) {
            assertThat(outcome.get()).isEqualTo(status(LAUNCHER));
        }
        Path archive = build.resolve("client-node/target/command.jsa");
        status(launcher);
        assertThat(archive).exists();
        byte[] whole = Files.readAllBytes(archive);
        Files.delete(archive);
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));

        assertThat(status(launcher)).isEqualTo(status(LAUNCHER));
    }

    @Test
    void a_first_command_that_only_says_its_version_leaves_no_archive_of_its_few_classes() throws Exception {
        Path build = elsewhere.resolve("build");
        Path launcher = CopiedBuild.into(build);

        run(launcher.toString(), "--version");
        run(launcher.toString(), "status", "--help");

        try (var left = Files.newDirectoryStream(build.resolve("client-node/target"), "*.jsa*")) {
            assertThat(left).isEmpty();
        }
    }

    private Outcome status(Path launcher) throws IOException, InterruptedException {
        return run(launcher.toString(), "--state", elsewhere.resolve("none").toString(), "status");
    }

    private Outcome unchecked(Path launcher) {
        try {
            return status(launcher);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Outcome run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    private Outcome run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(elsewhere.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
