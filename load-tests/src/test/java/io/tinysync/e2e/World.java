package io.tinysync.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One server and two devices, laptop and desktop, with their drives on one vault. */
final class World implements AutoCloseable {

    private static final String CLI = "io.tinysync.client.cli.TinySyncMain";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerProcess server;
    private final DeviceProcess laptop;
    private final DeviceProcess desktop;
    private final String vaultId;
    private final String groupId;

    private World(ServerProcess server, DeviceProcess laptop, DeviceProcess desktop, String vaultId, String groupId) {
        this.server = server;
        this.laptop = laptop;
        this.desktop = desktop;
        this.vaultId = vaultId;
        this.groupId = groupId;
    }

    /** With everything at its default, but for polls, which come so rarely that only wakes can carry a change. */
    static World create(Path directory) throws IOException {
        return create(directory, List.of(), List.of());
    }

    static World create(Path directory, List<String> serverFlags, List<String> deviceFlags) throws IOException {
        List<String> flags = new ArrayList<>(Program.SHORT_LIVED);
        flags.addAll(serverFlags);
        ServerProcess server = new ServerProcess(directory, flags);
        String vaultId = admin(server, "vault", "create", "work", "--policy", "posix")
                .path("vault_id")
                .asText();
        String groupId =
                admin(server, "group", "create", "all").path("group_id").asText();
        admin(server, "group", "add-vault", groupId, vaultId);
        DeviceProcess laptop = join(server, directory, "laptop", vaultId, groupId, deviceFlags);
        DeviceProcess desktop = join(server, directory, "desktop", vaultId, groupId, deviceFlags);
        return new World(server, laptop, desktop, vaultId, groupId);
    }

    /** One more device on the same vault; the caller closes it. */
    DeviceProcess join(Path directory, String name, List<String> deviceFlags) throws IOException {
        return join(server, directory, name, vaultId, groupId, deviceFlags);
    }

    private static DeviceProcess join(
            ServerProcess server, Path directory, String name, String vaultId, String groupId, List<String> deviceFlags)
            throws IOException {
        Map<String, String> environment = Map.of("TINYSYNC_POLL_SECONDS", "3600");
        DeviceProcess.Admission admit = deviceId -> admin(server, "group", "add-device", groupId, deviceId);
        return DeviceProcess.join(directory, name, vaultId, server.url(), environment, deviceFlags, admit);
    }

    static JsonNode admin(ServerProcess server, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("admin"));
        all.addAll(List.of(arguments));
        all.add("--json");
        return JSON.readTree(
                Program.run(Program.java(Program.SHORT_LIVED, CLI, all), server.admin(), Duration.ofMinutes(1))
                        .ok());
    }

    ServerProcess server() {
        return server;
    }

    DeviceProcess laptop() {
        return laptop;
    }

    DeviceProcess desktop() {
        return desktop;
    }

    String vaultId() {
        return vaultId;
    }

    String groupId() {
        return groupId;
    }

    /** Returns when both devices have sent what they have and applied the log's head. */
    void settle() throws IOException {
        laptop.sync();
        desktop.sync();
        laptop.sync();
    }

    @Override
    public void close() throws IOException {
        try (server;
                laptop;
                desktop) {
            // Closed in reverse order: the devices first, so that they drain into a server that answers.
        }
    }
}
