package io.tinysync.e2e;

import java.io.IOException;
import java.nio.file.Path;

/** A vault on a server, and the group of devices that reaches it. */
record Vault(ServerProcess server, String vaultId, String groupId) {

    static Vault create(ServerProcess server, String name) throws IOException {
        String vaultId = server.admin("vault", "create", name, "--policy", "posix")
                .path("vault_id")
                .asText();
        String groupId = server.admin("group", "create", name).path("group_id").asText();
        server.admin("group", "add-vault", groupId, vaultId);
        return new Vault(server, vaultId, groupId);
    }

    /** Registers a new device that reaches the vault; its drive is not mounted yet. */
    DeviceProcess register(Path directory, String name, Account account) throws IOException {
        DeviceProcess device = new DeviceProcess(directory, name, vaultId, account);
        admit(device.register(server.url(), server.trust()));
        return device;
    }

    void admit(String deviceId) throws IOException {
        server.admin("group", "add-device", groupId, deviceId);
    }
}
