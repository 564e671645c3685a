package io.tinysync.client.rescue;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A vault that a state directory holds something of, as far as its own description can be read.
 *
 * @param name as it was last called; the directory's name where that cannot be read
 * @param policy likewise; the one with the fewer names that are the same where it cannot be read
 */
record KnownVault(Path directory, String name, NamePolicy policy) {

    Path store() {
        return directory.resolve("store.sqlite");
    }

    Path contents() {
        return directory.resolve("content");
    }

    /** Those of the directory that have the name or id, all of them where none is given; at least one. */
    static List<KnownVault> in(StateDirectory state, Optional<String> wanted) {
        List<KnownVault> found = new ArrayList<>();
        try {
            if (Files.isDirectory(state.vaults())) {
                try (var directories = Files.newDirectoryStream(state.vaults(), Files::isDirectory)) {
                    directories.forEach(directory -> found.add(of(directory)));
                }
            }
        } catch (IOException e) {
            throw Refusal.of("cannot read the state directory " + state.path(), e);
        }
        found.removeIf(vault -> wanted.isPresent()
                && !wanted.get().equals(vault.name)
                && !wanted.get().equals(vault.directory.getFileName().toString()));
        if (found.isEmpty()) {
            throw new Refusal(
                    wanted.isEmpty()
                            ? state.path() + " holds no vault"
                            : state.path() + " holds no vault '" + wanted.get() + "'");
        }
        return found;
    }

    private static KnownVault of(Path directory) {
        try {
            VaultStatus status = Json.read(Files.readAllBytes(directory.resolve("vault.json")), VaultStatus.class);
            return new KnownVault(directory, status.name(), status.namePolicy());
        } catch (IOException e) {
            return new KnownVault(directory, directory.getFileName().toString(), NamePolicy.POSIX);
        }
    }
}
