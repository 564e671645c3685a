package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that loses access, its store or its disk space, and what its user's commands make of that. */
final class RecoveryIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static Vault vault;
    private static DeviceProcess reader;

    @BeforeAll
    static void start() throws Exception {
        vault = Vault.create(new ServerProcess(directory, Account.own()), "work");
        reader = vault.register(directory, "reader", Account.own());
        reader.attach();
    }

    @AfterAll
    static void stop() throws Exception {
        reader.close();
        vault.server().close();
    }

    private static void awaitStatus(DeviceProcess device, String what, String error) throws IOException {
        Await.until(what, SOON, () -> device.status().path("errors").toString().contains(error), device::log);
    }

    @Test
    void revoked_it_keeps_everything_read_only_and_goes_on_under_a_new_registration() throws Exception {
        DeviceProcess device = new DeviceProcess(directory, "revoked", vault.vaultId(), Account.own());
        String deviceId = device.register(vault.server().url());
        vault.admit(deviceId);
        device.attach();
        try (device) {
            vault.server().stop();
            Files.writeString(Files.createDirectories(device.path("trip")).resolve("diary.txt"), "written far away");
            device.kill9();
            vault.server().startAgain();
            vault.server().admin("device", "revoke", deviceId);
            device.attach();
            awaitStatus(device, "the device notices that it was revoked", "access lost");
            assertThat(device.path("trip/diary.txt")).hasContent("written far away");
            Program.Run write = Program.sh(device.drive(), "! echo no > refused.txt");
            assertThat(write.output()).contains("Read-only file system");
            assertThat(device.status().path("pending_ops").asLong()).isPositive();

            Path rescued = directory.resolve("rescued");
            device.cli("rescue", rescued.toString()).ok();
            assertThat(rescued.resolve("trip/diary.txt")).hasContent("written far away");

            device.detach();
            String again = device.cli(
                            "register", "--replace", "--server", vault.server().url(), "--name", "revoked", "--json")
                    .ok();
            vault.admit(again.replaceAll("(?s).*\"device_id\":\"([^\"]+)\".*", "$1"));
            device.attach();
            device.sync();
            reader.sync();
            assertThat(reader.path("trip/diary.txt")).hasContent("written far away");
            Files.writeString(device.path("trip/later.txt"), "writable again");
            device.sync();
        }
    }

    @Test
    void with_a_damaged_store_it_says_so_rescues_and_rebuilds_and_loses_nothing() throws Exception {
        DeviceProcess device = vault.register(directory, "damaged", Account.own());
        device.attach();
        try (device) {
            Files.writeString(device.path("acknowledged.txt"), "on the server");
            device.sync();
            vault.server().stop();
            Files.writeString(device.path("waiting.txt"), "only here");
            device.detach();
            Path store =
                    device.state().resolve("vaults").resolve(vault.vaultId()).resolve("store.sqlite");
            Program.sh(store.resolveSibling(""), "head -c 100 /dev/zero | dd of=store.sqlite conv=notrunc 2>/dev/null")
                    .ok();
            vault.server().startAgain();

            Program.Run refused =
                    device.cli("attach", vault.vaultId(), device.drive().toString(), "--detach");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("is damaged", "tinysync rescue", "panic-resync");

            Path rescued = directory.resolve("rescued from damage");
            device.cli("rescue", rescued.toString()).ok();
            assertThat(rescued.resolve("waiting.txt")).hasContent("only here");

            assertThat(device.cli("panic-resync").ok()).contains("store.sqlite.damaged-1");
            device.attach();
            device.sync();
            assertThat(device.path("acknowledged.txt")).hasContent("on the server");
            reader.sync();
            assertThat(reader.path("waiting.txt")).hasContent("only here");
            assertThat(device.cli("panic-resync").ok()).contains("made anew");
            assertThat(device.path("waiting.txt")).hasContent("only here");
        }
    }

    @Test
    void with_its_store_gone_it_comes_back_with_the_servers_tree_and_sets_aside_what_only_it_had() throws Exception {
        DeviceProcess device = vault.register(directory, "forgetful", Account.own());
        device.attach();
        try (device) {
            Files.writeString(device.path("shared.txt"), "on both sides");
            device.sync();
            vault.server().stop();
            Files.writeString(device.path("unsent.txt"), "the only copy");
            device.kill9();
            Path store = device.state().resolve("vaults").resolve(vault.vaultId());
            Program.sh(store, "rm store.sqlite*").ok();
            vault.server().startAgain();
            device.attach();
            device.sync();
            assertThat(device.path("shared.txt")).hasContent("on both sides");
            awaitStatus(device, "the status names what was set aside", "1 contents from before records were lost");
            Path rescued = directory.resolve("rescued from loss");
            device.cli("rescue", rescued.toString()).ok();
            assertThat(Program.sh(rescued, "cat unnamed/*").ok()).isEqualTo("the only copy");
        }
    }

    @Test
    void a_conflict_is_listed_on_every_device_and_over_once_it_is_settled() throws Exception {
        DeviceProcess device = vault.register(directory, "second", Account.own());
        device.attach();
        try (device) {
            Files.writeString(device.path("plan.txt"), "first");
            device.sync();
            reader.sync();
            vault.server().stop();
            Files.writeString(device.path("plan.txt"), "of the second");
            Files.writeString(reader.path("plan.txt"), "of the reader");
            vault.server().startAgain();
            device.sync();
            reader.sync();
            device.sync();
            reader.sync();
            JsonNode listed = new ObjectMapper()
                    .readTree(reader.cli("conflicts", "--json").ok());
            assertThat(listed).hasSize(1);
            assertThat(listed.path(0).path("original").asText()).isEqualTo("plan.txt");
            assertThat(device.status().path("conflicts").asLong()).isEqualTo(1);
            String loser = listed.path(0).path("device").asText();
            DeviceProcess own = loser.equals("second") ? device : reader;
            own.cli("conflicts", "--keep", "mine", listed.path(0).path("path").asText())
                    .ok();
            own.sync();
            device.sync();
            reader.sync();
            assertThat(device.path("plan.txt")).hasContent("of the " + loser);
            assertThat(reader.path("plan.txt")).hasContent("of the " + loser);
            assertThat(device.cli("conflicts").ok().strip()).isEqualTo("no conflicts");
            assertThat(reader.status().path("conflicts").asLong()).isZero();
        }
    }

    @Test
    void a_full_disk_is_told_to_the_writer_at_once_and_is_over_once_there_is_room() throws Exception {
        Path state = Files.createDirectories(directory.resolve(".full"));
        Program.run(List.of("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", state.toString()), Map.of(), SOON)
                .ok();
        try (DeviceProcess device = vault.register(directory, "full", Account.own())) {
            device.attach();
            Files.writeString(device.path("before.txt"), "kept");
            device.sync();
            Program.sh(state, "dd if=/dev/zero of=ballast bs=64k 2>/dev/null || true")
                    .ok();
            Program.Run write = Program.sh(device.drive(), "! dd if=/dev/zero of=too-much bs=64k count=64");
            assertThat(write.output()).contains("No space left on device");
            assertThat(device.path("before.txt")).hasContent("kept");
            Program.sh(state, "rm ballast").ok();
            Program.sh(device.drive(), "rm -f too-much; echo room > after.txt").ok();
            device.sync();
            reader.sync();
            assertThat(reader.path("after.txt")).hasContent("room\n");
            assertThat(reader.path("before.txt")).hasContent("kept");
        } finally {
            Program.run(List.of("umount", "-l", state.toString()), Map.of(), SOON);
        }
    }
}
