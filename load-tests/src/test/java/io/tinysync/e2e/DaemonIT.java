package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One device's daemon as its user meets it: real processes, a real mount, a real server. */
@TestMethodOrder(MethodOrderer.MethodName.class)
final class DaemonIT {

    @TempDir
    private static Path directory;

    private static ServerProcess server;
    private static Vault vault;
    private static DeviceProcess device;
    private static Path state;
    private static Path drive;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory, Account.own());
        vault = Vault.create(server, "notes");
        device = vault.register(directory, "laptop", Account.own());
        state = device.state();
        drive = device.drive();
        attach();
    }

    @AfterAll
    static void stop() throws Exception {
        device.cli("detach", drive.toString());
        server.close();
    }

    private static void attach() throws Exception {
        device.cli("attach", "notes", drive.toString(), "--detach").ok();
    }

    private static void sync() throws Exception {
        device.sync();
    }

    @Test
    void status_and_ls_print_exactly_the_contracts_members() throws Exception {
        Files.writeString(Files.createDirectories(drive.resolve("shapes")).resolve("a.txt"), "hello");
        sync();
        JsonNode status = json("status", "--json");
        assertThat(names(status)).containsExactly("device_id", "server", "vaults");
        JsonNode shown = status.path("vaults").path(0);
        assertThat(names(shown))
                .containsExactly(
                        "vault_id",
                        "name",
                        "mountpoint",
                        "state",
                        "cursor_seq",
                        "head_seq",
                        "pending_ops",
                        "pending_bytes",
                        "oldest_unsynced_seconds",
                        "conflicts",
                        "errors",
                        "local_only",
                        "held");
        assertThat(shown.path("vault_id").asText()).isEqualTo(vault.vaultId());
        assertThat(shown.path("mountpoint").asText()).isEqualTo(drive.toString());
        assertThat(shown.path("cursor_seq").asLong())
                .isEqualTo(shown.path("head_seq").asLong())
                .isPositive();
        assertThat(shown.path("pending_ops").asLong()).isZero();
        JsonNode items = json("ls", "shapes", "--json");
        assertThat(items).hasSize(1);
        assertThat(names(items.path(0))).containsExactly("name", "item_id", "kind", "size", "mtime", "state", "pinned");
        assertThat(items.path(0).path("state").asText()).isEqualTo("hydrated");
        assertThat(items.path(0).path("mtime").isTextual()).isTrue();
        Files.createDirectory(drive.resolve("empty"));
        assertThat(device.cli("ls", "empty")).isEqualTo(new Program.Run(0, "", ""));
        assertThat(json("ls", "empty", "--json")).isEmpty();
        assertThat(device.cli("ls", "nothing"))
                .isEqualTo(new Program.Run(1, "", "tinysync: there is no 'nothing' on the drive\n"));
    }

    @Test
    void with_a_daemon_attach_asks_it_and_refuses_what_cannot_be() throws Exception {
        long pid = daemonPid();
        attach();
        assertThat(daemonPid()).isEqualTo(pid);
        assertRefused(
                "is attached at", "attach", "notes", directory.resolve("other").toString());
        assertRefused(
                "there is no vault 'nope'",
                "attach",
                "nope",
                directory.resolve("other").toString());
        assertRefused(
                "no drive of this daemon", "detach", directory.resolve("other").toString());
    }

    @Test
    void what_was_closed_survives_the_daemons_death_and_the_dead_mount_is_cleared_by_the_next_attach()
            throws Exception {
        server.stop();
        Files.writeString(drive.resolve("closed.txt"), "written without a server");
        kill(daemonPid());
        assertThat(Files.exists(drive.resolve("closed.txt"))).isFalse();
        attach();
        assertThat(drive.resolve("closed.txt")).hasContent("written without a server");
        assertThat(pendingOps()).isPositive();
        server.startAgain();
        sync();
        assertThat(pendingOps()).isZero();
    }

    @Test
    void told_to_stop_it_sends_what_is_pending_unmounts_and_ends() throws Exception {
        Files.writeString(drive.resolve("last words.txt"), "sent on the way out");
        ProcessHandle daemon = ProcessHandle.of(daemonPid()).orElseThrow();
        daemon.destroy();
        daemon.onExit().get(60, TimeUnit.SECONDS);
        assertThat(drive).isEmptyDirectory();
        assertThat(Files.readString(state.resolve("daemon.log"))).contains("everything is on the server");
        attach();
        assertThat(pendingOps()).isZero();
        assertThat(drive.resolve("last words.txt")).hasContent("sent on the way out");
    }

    private static void assertRefused(String why, String... arguments) throws Exception {
        Program.Run result = device.cli(arguments);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("tinysync: ").contains(why).hasLineCount(1);
    }

    private static long pendingOps() throws Exception {
        return device.status().path("pending_ops").asLong();
    }

    private static JsonNode json(String... arguments) throws Exception {
        return new ObjectMapper().readTree(device.cli(arguments).ok());
    }

    private static long daemonPid() throws IOException {
        return Long.parseLong(Files.readString(state.resolve("daemon.lock"), StandardCharsets.US_ASCII)
                .strip());
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(20, TimeUnit.SECONDS);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
