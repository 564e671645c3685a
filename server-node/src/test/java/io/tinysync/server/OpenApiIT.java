package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API that a server serves, the page that shows it, and that answers are held to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiIT {

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void theDocumentThatTestsHoldAnswersToIsServedToAnyone() throws Exception {
        Response served = server.anyone().get("/v1/openapi.json").expect(200);

        JsonNode document = new YAMLMapper().readTree(OpenApiDocument.yaml());
        assertThat(served.json()).isEqualTo(document);
        assertThat(served.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void itsPageNamesNothingThatThisServerDoesNotServe() {
        Response page = server.anyone().get("/v1/docs").expect(200);

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")
                .doesNotContain("unsafe", "http", "*");
        assertThat(page.text()).doesNotContain("://", "<style");
        Matcher named = Pattern.compile("(?:src|href)=\"(docs/[^\"]+)\"").matcher(page.text());
        assertThat(named.results().map(found -> found.group(1)))
                .hasSize(4)
                .allSatisfy(file -> server.anyone().get("/v1/" + file).expect(200));
        assertThat(server.anyone().get("/v1/docs/other.js").expect(404).code()).isEqualTo("not_found");
        assertThat(server.anyone().get("/v1/docs/..%2fopenapi.yaml").expect(404).code())
                .isEqualTo("not_found");
    }

    /** Answers to which no other test looks. */
    @Test
    void theRestOfTheAnswersAreOfTheDocument() {
        ApiClient admin = server.admin();
        Device device = admin.register("device");
        VaultId vault = admin.vaultFor("vault", device);
        for (String path : List.of("devices", "groups", "vaults", "projections", "audit", "gc", "verify")) {
            admin.get("/v1/" + path).expect(200);
        }
        admin.post("/v1/gc", Map.of("dry_run", true)).expect(202);
        admin.post("/v1/verify", Map.of()).expect(202);
        admin.put("/v1/projections/" + vault).expect(204);
        device.api().get("/v1/devices/" + device.id()).expect(200);
        device.api().get("/v1/groups").expect(403);
        server.anyone().get("/robots.txt").expect(200);
        server.anyone().get("/v1/nowhere").expect(404);
    }
}
