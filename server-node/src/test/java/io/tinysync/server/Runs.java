package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Maintenance.CollectRequest;
import java.util.Map;

/** Runs over all blobs of a server, as its administrator starts them. */
final class Runs {

    private Runs() {}

    /** The report of a collection that came to its end. */
    static JsonNode collected(ApiClient admin) throws Exception {
        return report(admin, "/v1/gc", new CollectRequest(false));
    }

    /** The report of a verification that came to its end. */
    static JsonNode verified(ApiClient admin) throws Exception {
        return report(admin, "/v1/verify", Map.of());
    }

    private static JsonNode report(ApiClient admin, String path, Object request) throws Exception {
        Await.until("no other run is under way", () -> admin.post(path, request).status() == 202);
        Await.until(
                "the run ends",
                () -> !standing(admin, path).path("state").asText().equals("running"));
        JsonNode standing = standing(admin, path);
        assertThat(standing.path("state").asText()).as("%s", standing).isEqualTo("done");
        return standing.path("report");
    }

    private static JsonNode standing(ApiClient admin, String path) {
        return admin.get(path).expect(200).json();
    }
}
