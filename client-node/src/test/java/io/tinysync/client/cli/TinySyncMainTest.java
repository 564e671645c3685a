package io.tinysync.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.control.ControlReply;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.control.ControlServer;
import io.tinysync.client.state.StateDirectory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TinySyncMainTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "attach",
                "register",
                "detach",
                "status",
                "sync",
                "ls",
                "held",
                "held keep",
                "held drop",
                "devices",
                "pair",
                "admin",
                "admin vault",
                "admin vault create",
                "admin vault list",
                "admin group",
                "admin group create",
                "admin group list",
                "admin group add-device",
                "admin group remove-device",
                "admin group add-vault",
                "admin group remove-vault",
                "admin device",
                "admin device list",
                "admin device revoke",
                "admin audit"
            })
    void every_command_has_help_and_a_version(String command) {
        CliRun help = CliRun.of((command + " --help").strip().split(" "));
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).startsWith(("Usage: tinysync " + command).strip());
        assertThat(help.err()).isEmpty();
        CliRun version = CliRun.of((command + " --version").strip().split(" "));
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).matches("tinysync \\d+\\.\\d+\\.\\d+.*\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "status --nonsense",
                "register --server nowhere",
                "register --server ftp://host",
                "held keep",
                "status extra",
                "sync --wait -1",
                "sync --wait NaN",
                "admin",
                "admin vault",
                "detach",
                "admin vault create",
                "admin vault create v --policy other"
            })
    void wrong_usage_is_two_with_one_line_why_and_one_that_says_more(String arguments) {
        CliRun run = CliRun.of(arguments.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(2).first().asString().startsWith("tinysync: ");
    }

    @Test
    void without_a_command_it_is_wrong_usage() {
        assertThat(CliRun.of().exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "sync", "ls", "detach /nowhere", "status --json"})
    void without_a_daemon_a_command_is_refused_in_one_line(String arguments) {
        CliRun run = CliRun.of((arguments + " --state " + directory).split(" "));
        assertThat(run)
                .isEqualTo(new CliRun(
                        1,
                        "",
                        "tinysync: no daemon runs for " + directory
                                + ": 'tinysync attach VAULT MOUNTPOINT' starts one\n"));
    }

    @Test
    void the_state_directory_may_stand_before_the_command() {
        assertThat(CliRun.of("--state", directory.toString(), "status").err())
                .contains("no daemon runs for " + directory);
    }

    @Test
    void what_the_daemon_answers_is_printed_as_it_is() {
        String document = "{\"vaults\":[{\"name\":\"Ünïcöde\"}]}";
        try (ControlServer _ = daemon(request -> ControlReply.json(document))) {
            CliRun run = CliRun.of("status", "--json", "--state", directory.toString());
            assertThat(run).isEqualTo(new CliRun(0, document + "\n", ""));
        }
    }

    @Test
    void what_the_daemon_refuses_is_one_line_and_one() {
        try (ControlServer _ = daemon(request -> ControlReply.notFound("no item at " + request.parameters()))) {
            CliRun run = CliRun.of("ls", "a b", "--state", directory.toString());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .startsWith("tinysync: no item at")
                    .contains("path=a b")
                    .endsWith("\n");
        }
    }

    @Test
    void sync_asks_until_all_is_done() {
        AtomicInteger asked = new AtomicInteger();
        try (ControlServer _ = daemon(request ->
                asked.incrementAndGet() < 3 ? ControlReply.pending("2 changes left") : ControlReply.text("in sync"))) {
            CliRun run = CliRun.of("sync", "--wait", "20", "--state", directory.toString());
            assertThat(run).isEqualTo(new CliRun(0, "in sync\n", ""));
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void sync_that_is_not_done_in_time_says_what_is_left() {
        try (ControlServer _ = daemon(request -> ControlReply.pending("2 changes left"))) {
            CliRun run = CliRun.of("sync", "--wait", "0", "--state", directory.toString());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("2 changes left");
        }
    }

    private ControlServer daemon(java.util.function.Function<ControlRequest, ControlReply> handler) {
        return ControlServer.start(new StateDirectory(directory), handler);
    }
}
