package io.tinysync.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A user without rights, for tests that run as root. Lives in a mount namespace, with a {@code /dev/fuse} of its own, so that
 * nothing is changed outside of it; what this user mounts ends with it.
 */
final class Nobody implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String HOLD_NAMESPACE = """
            mount --make-rprivate /
            mount -t tmpfs none "$1"
            mknod -m 666 "$1/fuse" c 10 229
            mount --bind "$1/fuse" /dev/fuse
            echo held
            exec sleep infinity
            """;

    private final Program holder;
    private final Account account;

    private Nobody(Program holder, Account account) {
        this.holder = holder;
        this.account = account;
    }

    /**
     * Gives this user a home. May read everything, as the build and Maven's repository are below the home of root, but write nothing
     * of others.
     */
    static Nobody in(Path directory, Path home) throws IOException {
        Account own = Account.own().with("HOME", home.toString());
        // Who may not write there finds the lists of what a process runs, and does not leave archives of classes at
        // each end.
        for (List<String> command : List.of(own.tinysync("--version"), own.tinysync("server", "--version"))) {
            Program.run(command, own.environment(), SOON).ok();
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Program.run(List.of("chown", "-R", "nobody:nogroup", home.toString()), Map.of(), SOON)
                .ok();
        Path device = Files.createDirectory(directory.resolve("device"));
        Program holder = Program.start(
                List.of("unshare", "--mount", "sh", "-ec", HOLD_NAMESPACE, "sh", device.toString()),
                Map.of(),
                directory.resolve("namespace.log"));
        Await.until("the mount namespace is there", SOON, () -> holder.output().equals("held\n"), holder::output);
        Path process = Path.of("/proc", Long.toString(holder.pid()));
        List<String> prefix = List.of(
                "nsenter",
                "--mount=" + process.resolve("ns/mnt"),
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "--inh-caps=-all,+dac_read_search",
                "--ambient-caps=-all,+dac_read_search");
        return new Nobody(holder, new Account(prefix, own.environment(), own.launcher(), process.resolve("mountinfo")));
    }

    Account account() {
        return account;
    }

    /** Changes the mode of this user's {@code /dev/fuse}. */
    void setDeviceMode(String mode) throws IOException {
        List<String> enter = account.prefix().subList(0, 2);
        List<String> command = new ArrayList<>(enter);
        command.addAll(List.of("chmod", mode, "/dev/fuse"));
        Program.run(command, Map.of(), SOON).ok();
    }

    @Override
    public void close() {
        holder.kill9();
    }
}
