package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Public links by the command line of a device, from a path on its drive, and of the administrator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
final class LinksIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Vault vault;
    private DeviceProcess laptop;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        vault = Vault.create(new ServerProcess(directory, Account.own()), "work");
        laptop = vault.register(directory, "laptop", Account.own());
        laptop.attach();
        Files.createDirectories(laptop.path("album/first day"));
        Files.writeString(laptop.path("album/first day/note.txt"), "written on the drive");
        laptop.sync();
    }

    @AfterAll
    void stop() throws Exception {
        try (ServerProcess _ = vault.server();
                DeviceProcess _ = laptop) {
            // The device first, so that it drains into a server that answers.
        }
    }

    private HttpResponse<String> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private JsonNode only() throws IOException {
        JsonNode vaults = JSON.readTree(laptop.cli("links", "--json").ok());
        assertThat(vaults.at("/0/vault_name").asText()).isEqualTo("work");
        assertThat(vaults.at("/0/links")).hasSize(1);
        return vaults.at("/0/links/0");
    }

    @Test
    void what_is_on_the_drive_is_read_by_its_link_until_that_is_revoked() throws Exception {
        String folder = laptop.cli("link", "album", "--expires", "7d", "--max-downloads", "2")
                .ok()
                .strip();
        assertThat(folder).startsWith(vault.server().url() + "/p/");
        assertThat(get(folder).body()).contains("album", "first day", "Available until");
        assertThat(get(folder + "/d/first%20day/note.txt").body()).isEqualTo("written on the drive");
        assertThat(only().path("downloads").asInt()).isEqualTo(1);
        assertThat(laptop.cli("links").ok()).contains("album", "live", "1 of 2", "no");

        String id = only().path("link_id").asText();
        laptop.cli("links", "--revoke", id).ok();
        assertThat(get(folder).statusCode()).isEqualTo(404);
        assertThat(laptop.cli("links", "--revoke", id).output()).contains("there is no link " + id);

        JsonNode file = JSON.readTree(
                laptop.cli("link", "album/first day/note.txt", "--json").ok());
        assertThat(get(file.path("url").asText() + "/d").body()).isEqualTo("written on the drive");
        assertThat(vault.server().admin("link", "list").at("/0/links/0/link_id").asText())
                .isEqualTo(file.path("link_id").asText());
        vault.server().admin("link", "revoke", file.path("link_id").asText());
        assertThat(get(file.path("url").asText()).statusCode()).isEqualTo(404);
    }

    @Test
    void what_cannot_be_linked_is_said_in_one_line() throws Exception {
        for (Map.Entry<String[], String> each : Map.of(
                        new String[] {"link", "nowhere"}, "there is no 'nowhere' on the drive",
                        new String[] {"link", "/"}, "not_found: no such live file or folder in this vault",
                        new String[] {"link", "album", "--expires", "soon"}, "expires_at is no time like",
                        new String[] {"link", "album", "--max-downloads", "0"}, "it must be 1 to",
                        new String[] {"link", "album", "--password"}, "no password was given")
                .entrySet()) {
            Program.Run refused = laptop.cli(each.getKey());
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err())
                    .startsWith("tinysync: ")
                    .contains(each.getValue())
                    .hasLineCount(1);
        }
    }
}
