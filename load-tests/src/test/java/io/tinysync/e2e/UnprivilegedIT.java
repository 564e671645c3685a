package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server and a device of a user who is not root. */
@Tag("long")
final class UnprivilegedIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void aUserWithoutRightsRunsAServerAndMountsADrive() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        if (!"root".equals(System.getProperty("user.name"))) {
            useAServerAndADrive(home, Account.own().with("HOME", home.toString()));
            return;
        }
        try (Nobody nobody = Nobody.in(directory, home)) {
            nobody.setDeviceMode("600");
            Program.Run refused = Program.run(
                    nobody.account().tinysync("attach", "mine", home + "/laptop"),
                    nobody.account().environment(),
                    SOON);
            assertThat(refused)
                    .isEqualTo(new Program.Run(
                            1, "", "tinysync: you may not open /dev/fuse: run chmod 666 /dev/fuse as root\n"));

            nobody.setDeviceMode("666");
            useAServerAndADrive(home, nobody.account());
        }
    }

    private static void useAServerAndADrive(Path home, Account user) throws IOException {
        String uid = as(user, "id -u").ok();
        assertThat(uid).isNotEqualTo("0\n");
        try (ServerProcess server = new ServerProcess(home, user);
                DeviceProcess device = Vault.create(server, "mine").register(home, "laptop", user)) {
            device.attach();
            assertThat(as(user, "stat -c %u /proc/" + device.pid()).ok())
                    .as("the daemon's user")
                    .isEqualTo(uid);

            String written = as(
                            user, "cd '" + device.drive() + "'; echo mine > f; chmod 600 f; mkdir d; mv f d/g; cat d/g")
                    .ok();
            assertThat(written).isEqualTo("mine\n");
            device.sync();
            assertThat(device.status().path("pending_ops").asLong()).isZero();
            assertThat(as(user, "stat -c %a:%u '" + device.path("d/g") + "'").ok())
                    .isEqualTo("600:" + uid);

            device.kill9();
            device.attach();
            assertThat(as(user, "cat '" + device.path("d/g") + "'").ok()).isEqualTo("mine\n");
            device.detach();
            assertThat(device.isMounted()).isFalse();
        }
    }

    private static Program.Run as(Account user, String script) throws IOException {
        List<String> command = new ArrayList<>(user.prefix());
        command.addAll(List.of("sh", "-ec", script));
        return Program.run(command, user.environment(), SOON);
    }
}
