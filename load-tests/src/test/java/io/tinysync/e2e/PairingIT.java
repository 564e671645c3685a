package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new machine comes in by a code that a user reads from another one, at a server whose registration is closed. */
@Tag("long")
final class PairingIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory, Account.own().with("TINYSYNC_OPEN_DEVICE_REGISTRATION", "false"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void a_code_from_one_device_lets_another_one_attach_its_vaults() throws Exception {
        Vault vault = Vault.create(server, "photos");
        Account administrator = Account.own().with("TINYSYNC_ADMIN_TOKEN", ServerProcess.ADMIN_TOKEN);
        DeviceProcess laptop = vault.register(directory, "laptop", administrator);
        DeviceProcess phone = new DeviceProcess(directory, "phone", vault.vaultId(), Account.own());
        assertThat(phone.cli("register", "--server", server.url()).err()).contains("unauthorized");

        String code = laptop.cli("pair").ok().lines().findFirst().orElseThrow();
        String typed = code.replace("-", " ").toLowerCase(java.util.Locale.ROOT);
        String registered = phone.cli(
                        "register", "--server", server.url(), "--pair", typed, "--name", "phone", "--json")
                .ok();
        DeviceProcess thief = new DeviceProcess(directory, "thief", vault.vaultId(), Account.own());
        Program.Run again = thief.cli("register", "--server", server.url(), "--pair", code);

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err())
                .startsWith("tinysync: forbidden: the pairing code is not good")
                .hasLineCount(1);
        phone.attach();
        assertThat(phone.status().path("name").asText()).isEqualTo("photos");
        phone.detach();
        String phoneId = JSON.readTree(registered).path("device_id").asText();
        assertThat(phone.cli("devices").ok()).contains(phoneId, "phone").doesNotContain("never");
        assertThat(server.cli("admin", "device", "list").ok())
                .contains("laptop", "phone")
                .doesNotContain("never");
        assertAudited(phoneId);
    }

    private static void assertAudited(String phoneId) throws Exception {
        JsonNode entries = server.admin("audit").path("entries");
        assertThat(entries.findValuesAsText("action"))
                .containsExactly(
                        "vault_created",
                        "group_created",
                        "vault_granted_to_group",
                        "device_registered",
                        "device_added_to_group",
                        "pairing_created",
                        "device_paired");
        assertThat(entries.get(6).path("device_id").asText()).isEqualTo(phoneId);
        String table = server.cli("admin", "audit", "--limit", "1").ok();
        assertThat(table).hasLineCount(2).contains("127.0.0.1", "device_paired", "device " + phoneId + " named phone");
    }
}
