package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.server.AnswerCheck.Answered;
import io.tinysync.server.OpenApiDocument.Operation;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An answer that is not of the document is found out. */
final class AnswerCheckTest {

    private static final String DEVICE =
            "{\"device_id\":\"0198c3a0-0000-7000-8000-000000000000\",\"token\":\"tsdev_0198c3a0-0000-7000-8000-000000000000_"
                    + "a".repeat(43) + "\"}";
    private static final String PROBLEM =
            "{\"type\":\"about:blank\",\"title\":\"t\",\"status\":404,\"code\":\"not_found\"}";

    private final OpenApiDocument document = OpenApiDocument.closed();

    private List<String> faults(String method, String path, int status, String type, String body) {
        return faults(method, path, status, Map.of("Content-Type", List.of(type)), body);
    }

    private List<String> faults(
            String method, String path, int status, Map<String, List<String>> headers, String body) {
        Operation operation = document.asked(method, path).orElseThrow();
        return AnswerCheck.faults(
                operation,
                new Answered(
                        status, HttpHeaders.of(headers, (name, value) -> true), StandardCharsets.UTF_8.encode(body)));
    }

    @Test
    void anAnswerOfTheDocumentHasNoFaults() {
        assertThat(faults("POST", "/v1/devices", 201, "application/json", DEVICE))
                .isEmpty();
        assertThat(faults("POST", "/v1/devices", 404, "application/problem+json", PROBLEM))
                .isEmpty();
    }

    @Test
    void anotherStatusIsAFault() {
        assertThat(faults("POST", "/v1/devices", 200, "application/json", DEVICE))
                .isNotEmpty();
    }

    @Test
    void anotherContentTypeIsAFault() {
        assertThat(faults("POST", "/v1/devices", 201, "text/plain", DEVICE)).isNotEmpty();
        assertThat(faults("POST", "/v1/devices", 404, "application/json", PROBLEM))
                .isNotEmpty();
    }

    @Test
    void aMemberOfAnotherFormAMissingOneAndOneMoreAreFaults() {
        assertThat(faults("POST", "/v1/devices", 201, "application/json", DEVICE.replace("tsdev_", "")))
                .isNotEmpty();
        assertThat(faults("POST", "/v1/devices", 201, "application/json", DEVICE.replace("token", "other")))
                .isNotEmpty();
        assertThat(faults("POST", "/v1/devices", 201, "application/json", DEVICE.replace("{", "{\"more\":1,")))
                .isNotEmpty();
        assertThat(faults("POST", "/v1/devices", 404, "application/problem+json", PROBLEM.replace("404", "\"404\"")))
                .isNotEmpty();
    }

    @Test
    void aBodyWhereNoneBelongsIsAFault() {
        assertThat(faults("PUT", "/v1/projections/v", 204, "text/plain", "done"))
                .isNotEmpty();
    }

    @Test
    void aHeaderThatIsMissingOrAnotherIsAFault() {
        Map<String, List<String>> lines = Map.of("Content-Type", List.of("application/x-ndjson"));
        assertThat(faults("GET", "/v1/vaults/v/snapshot", 200, lines, "")).isNotEmpty();
        Map<String, List<String>> packed =
                Map.of("Content-Type", List.of("application/x-ndjson"), "Content-Encoding", List.of("gzip"));
        assertThat(faults("GET", "/v1/vaults/v/snapshot", 200, packed, "")).isEmpty();
        Map<String, List<String>> shown = Map.of(
                "Content-Type", List.of("application/octet-stream"),
                "Content-Security-Policy", List.of("sandbox"),
                "Content-Disposition", List.of("inline"));
        assertThat(faults("GET", "/p/t/d", 200, shown, "")).isNotEmpty();
    }
}
