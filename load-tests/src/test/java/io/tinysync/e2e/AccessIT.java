package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.OpId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Access that is lost while writes are pending, and comes back: the same daemon keeps everything and goes on where it was. The server has TLS, by
 * an authority of its own.
 */
final class AccessIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static World world;
    private static ApiWriter observer;

    @BeforeAll
    static void start() throws Exception {
        world = World.encrypted(directory);
        observer = ApiWriter.join(world, "observer");
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    @Test
    void a_removed_grant_makes_the_drive_read_only_and_a_new_one_lets_the_pending_ops_go_on_as_they_were()
            throws Exception {
        DeviceProcess laptop = world.laptop();
        String deviceId = deviceId(laptop);
        List<OpId> pending = writeWhileAccessIsLost(
                "grant",
                () -> world.server()
                        .admin("group", "remove-device", world.vault().groupId(), deviceId));
        assertReadOnly("grant", "vault");

        Path rescued = directory.resolve("rescued from the grant");
        laptop.cli("rescue", rescued.toString()).ok();
        assertThat(rescued.resolve("grant/diary.txt")).hasContent("written far away");
        assertThat(rescued.resolve("grant/shared.txt")).hasContent("changed far away");

        long pid = laptop.pid();
        world.vault().admit(deviceId);
        assertGoesOn("grant", pending);
        assertThat(laptop.pid()).isEqualTo(pid);
    }

    @Test
    void a_revoked_device_that_registers_anew_goes_on_in_the_same_daemon_with_its_pending_ops() throws Exception {
        DeviceProcess laptop = world.laptop();
        String deviceId = deviceId(laptop);
        List<OpId> pending =
                writeWhileAccessIsLost("revoked", () -> world.server().admin("device", "revoke", deviceId));
        assertReadOnly("revoked", "unauthorized|token|revoked");

        String url = world.server().url();
        String registered = laptop.cli(
                        "register",
                        "--replace",
                        "--server",
                        url,
                        "--ca",
                        world.server().trust()[1],
                        "--name",
                        "laptop",
                        "--json")
                .ok();
        String newId = new ObjectMapper().readTree(registered).path("device_id").asText();
        assertThat(newId).isNotEqualTo(deviceId);
        assertThat(deviceId(laptop)).as("the daemon's own registration").isEqualTo(newId);
        world.vault().admit(newId);
        assertGoesOn("revoked", pending);
    }

    @Test
    void a_server_whose_authority_is_not_trusted_is_refused_with_what_to_do() throws Exception {
        String url = world.server().url();
        DeviceProcess stranger = new DeviceProcess(directory, "stranger", "", Account.own());
        Program.Run refused = stranger.cli("register", "--server", url, "--name", "stranger");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("tinysync: the certificate of " + url + " is not from an authority that is trusted here")
                .contains("--ca", "TINYSYNC_CA")
                .hasLineCount(1);
        assertThat(stranger.state().resolve("device.json")).doesNotExist();
        assertThat(world.server().cli("admin", "device", "list").ok()).doesNotContain("stranger");
    }

    private interface Loss {
        JsonNode happens() throws IOException;
    }

    /** Returns the ops that were pending when the access was lost; the server had not heard of any of them. */
    private static List<OpId> writeWhileAccessIsLost(String folder, Loss loss) throws Exception {
        DeviceProcess laptop = world.laptop();
        Files.writeString(Files.createDirectories(laptop.path(folder)).resolve("shared.txt"), "before");
        world.settle();
        world.server().stop();
        Files.writeString(laptop.path(folder + "/diary.txt"), "written far away");
        Files.writeString(laptop.path(folder + "/shared.txt"), "changed far away");
        // Stopped, it cannot send anything in the moment between the server's return and the loss.
        signal("STOP");
        try {
            world.server().startAgain();
            loss.happens();
        } finally {
            signal("CONT");
        }
        Await.until(
                "the device notices",
                SOON,
                () -> laptop.status().path("errors").toString().contains("access lost"),
                () -> laptop.status() + laptop.log());
        return DeviceStoreFile.pendingOps(laptop, world.vault());
    }

    private static void signal(String name) throws IOException {
        Program.sh(directory, "kill -" + name + " " + world.laptop().pid()).ok();
    }

    private static void assertReadOnly(String folder, String why) throws IOException {
        DeviceProcess laptop = world.laptop();
        JsonNode status = laptop.status();
        assertThat(status.path("state").asText()).isEqualTo("error");
        assertThat(status.path("errors").toString()).containsPattern(why).contains("the drive is read-only");
        assertThat(status.path("pending_ops").asLong()).isPositive();
        for (String change :
                List.of("echo no > new", "echo no >> diary.txt", "mkdir d", "rm diary.txt", "mv diary.txt x")) {
            Program.Run refused = Program.sh(laptop.path(folder), "! " + change);
            assertThat(refused.output()).as(change).contains("Read-only file system");
        }
        assertThat(laptop.path(folder + "/diary.txt")).hasContent("written far away");
        assertThat(laptop.path(folder + "/shared.txt")).hasContent("changed far away");
    }

    private static void assertGoesOn(String folder, List<OpId> pending) throws Exception {
        DeviceProcess laptop = world.laptop();
        assertThat(pending).isNotEmpty();
        laptop.sync();
        world.desktop().sync();
        assertThat(world.desktop().path(folder + "/diary.txt")).hasContent("written far away");
        assertThat(world.desktop().path(folder + "/shared.txt")).hasContent("changed far away");
        List<OpId> accepted = observer.wholeLog().stream()
                .map(Entry::opId)
                .filter(Objects::nonNull)
                .toList();
        assertThat(accepted).containsAll(pending).doesNotHaveDuplicates();
        assertThat(laptop.status().path("errors")).isEmpty();
        Files.writeString(laptop.path(folder + "/later.txt"), "writable again");
        world.settle();
        assertThat(Tree.complete(world.desktop().path(folder))).isEqualTo(Tree.complete(laptop.path(folder)));
    }

    private static String deviceId(DeviceProcess device) throws IOException {
        return new ObjectMapper()
                .readTree(device.cli("status", "--json").ok())
                .path("device_id")
                .asText();
    }
}
