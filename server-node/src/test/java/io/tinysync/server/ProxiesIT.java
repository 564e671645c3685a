package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.server.ApiClient.Response;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Behind a proxy that is believed: all tests come from 127.0.0.1, which is one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProxiesIT {

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(
                data, TestPostgres.newDatabase(), Map.of("trusted-proxies", List.of("127.0.0.1", "10.0.0.0/8")));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Response register(String body, String... forwardedFor) {
        var request = server.anyone().request("/v1/devices");
        for (String header : forwardedFor) {
            request.header("X-Forwarded-For", header);
        }
        return server.anyone().send(request.POST(BodyPublishers.ofString(body)).build());
    }

    @Test
    void the_audit_has_the_address_that_the_proxy_heard() {
        register("{\"display_name\":\"laptop\"}", "1.2.3.4", "198.51.100.7, 10.0.0.1")
                .expect(201);
        JsonNode entries = server.admin().get("/v1/audit").json().path("entries");
        assertThat(entries.get(entries.size() - 1).path("address").asText()).isEqualTo("198.51.100.7");
    }

    @Test
    void guesses_of_one_network_do_not_count_for_another() {
        String guess = "{\"display_name\":\"phone\",\"pairing_code\":\"00000-00000\"}";
        for (int i = 0; i < 10; i++) {
            register(guess, "203.0.113." + i + ", 198.51.100.8").expect(403);
        }
        assertThat(register(guess, "198.51.100.8").code()).isEqualTo("too_many_requests");
        register(guess, "198.51.100.9").expect(403);
    }

    @Test
    void metrics_are_not_for_who_comes_through_the_proxy() {
        var request = server.anyone().request("/metrics").header("X-Forwarded-For", "127.0.0.1");
        assertThat(server.anyone().send(request.GET().build()).code()).isEqualTo("forbidden");
    }

    @Test
    void a_cookie_is_for_encrypted_connections_where_the_proxy_has_one() {
        SharingVault vault = new SharingVault(server, "shared");
        SharingVault.Link link = vault.link(vault.file(ItemId.ROOT, "file", "text"), null, "word", null);
        assertThat(cookie(link, "https")).contains("; Secure");
        assertThat(cookie(link, "http")).doesNotContain("Secure");
    }

    private String cookie(SharingVault.Link link, String proto) {
        var request = server.anyone().request(link.path()).header("X-Forwarded-Proto", proto);
        return server.anyone()
                .send(request.POST(BodyPublishers.ofString("password=word")).build())
                .expect(303)
                .header("Set-Cookie");
    }
}
