package io.tinysync.client.state;

import io.tinysync.client.Refusal;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directory that one device and its daemon own: credentials, the store and content of each vault, the daemon's lock, socket
 * and log. Readable by its owner only.
 */
public record StateDirectory(Path path) {

    public StateDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /** The one that was asked for, else {@code TINYSYNC_STATE}, else {@code tinysync} below {@code XDG_STATE_HOME} or its default. */
    public static StateDirectory choose(@Nullable Path asked, Map<String, String> environment) {
        if (asked != null) {
            return new StateDirectory(asked);
        }
        String named = environment.getOrDefault("TINYSYNC_STATE", "");
        if (!named.isEmpty()) {
            return new StateDirectory(Path.of(named));
        }
        String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base = Path.of(xdg);
        if (!base.isAbsolute()) {
            String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
            base = Path.of(home, ".local", "state");
        }
        return new StateDirectory(base.resolve("tinysync"));
    }

    /** Makes the directory if it is missing. */
    public void create() {
        createForOwner(path);
    }

    /** Makes a vault's directory if it is missing; only its owner may enter, whatever the state directory itself allows. */
    public Path createVault(VaultId vaultId) {
        create();
        createForOwner(vaults());
        createForOwner(vault(vaultId));
        return vault(vaultId);
    }

    private static void createForOwner(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw Refusal.of("cannot make the directory " + directory, e);
        }
    }

    /** Everything of one vault on this device. */
    public Path vault(VaultId vaultId) {
        return vaults().resolve(vaultId.toString());
    }

    /** One directory per vault that was ever attached here. */
    public Path vaults() {
        return path.resolve("vaults");
    }

    public Path credentials() {
        return path.resolve("device.json");
    }

    public Path daemonLock() {
        return path.resolve("daemon.lock");
    }

    public Path daemonLog() {
        return path.resolve("daemon.log");
    }
}
