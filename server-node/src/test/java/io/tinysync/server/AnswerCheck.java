package io.tinysync.server;

import io.tinysync.server.OpenApiDocument.Operation;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Holds a server's answers to the OpenAPI document: status, content type, headers and body. What asks for no operation gets a problem
 * document. Every test that asks by an {@link ApiClient} does this.
 */
final class AnswerCheck {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.closed();

    private static final String PROBLEM = "application/problem+json";

    private AnswerCheck() {}

    /** @throws AssertionError if the answer is another than the document says */
    static void check(HttpResponse<byte[]> answer) {
        String method = answer.request().method();
        String path = URI.create(answer.uri().getRawPath().replace("%2e", ".").replace("%2E", "."))
                .normalize()
                .getRawPath();
        Answered answered = new Answered(answer.statusCode(), answer.headers(), ByteBuffer.wrap(answer.body()));
        List<String> faults = DOCUMENT.asked(method, path)
                .map(operation -> faults(operation, answered))
                .orElseGet(() -> answered.problemFaults(method));
        if (!faults.isEmpty()) {
            throw new AssertionError(
                    "the answer to " + method + " " + path + " is not of the document: " + answered + ": " + faults);
        }
    }

    /** What came back. */
    record Answered(int status, HttpHeaders headers, ByteBuffer body) {

        private String type() {
            return headers.firstValue("Content-Type")
                    .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                    .orElse("");
        }

        private String text() {
            return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
        }

        private List<String> problemFaults(String method) {
            if (status < 400 || !type().equals(PROBLEM)) {
                return List.of("no operation, and no problem document");
            }
            return method.equals("HEAD") ? List.of() : DOCUMENT.faults("Problem", text());
        }

        @Override
        public String toString() {
            return status + " " + headers.map() + " "
                    + (body.remaining() > 2_000 ? body.remaining() + " bytes" : text());
        }
    }

    /** What is wrong with an operation's answer; empty if nothing is. */
    static List<String> faults(Operation operation, Answered answered) {
        return described(operation, answered.status())
                .map(response -> response.faults(operation, answered))
                .orElse(List.of("the status is not among those of the document"));
    }

    /** A response as the document has it. */
    private record Response(JsonNode described) {

        List<String> faults(Operation operation, Answered answered) {
            List<String> faults = new ArrayList<>();
            described
                    .path("headers")
                    .properties()
                    .forEach(header -> faults.addAll(headerFaults(
                            header.getKey(),
                            DOCUMENT.resolved(header.getValue()),
                            answered.headers().firstValue(header.getKey()))));
            if (operation.method().equals("HEAD")) {
                return faults;
            }
            JsonNode content = described.path("content");
            if (content.isMissingNode()) {
                return !answered.body().hasRemaining() ? faults : List.of("a body, where none is described");
            }
            JsonNode body = content.path(answered.type());
            if (body.isMissingNode()) {
                return List.of("the content type is not among those of the document");
            }
            if (answered.type().endsWith("/json") || answered.type().equals(PROBLEM)) {
                faults.addAll(DOCUMENT.faults(schema(body), answered.text()));
            }
            return faults;
        }

        private static String schema(JsonNode body) {
            String reference = body.requiredAt("/schema/$ref").asString();
            return reference.substring(reference.lastIndexOf('/') + 1);
        }

        private static List<String> headerFaults(String name, JsonNode header, Optional<String> value) {
            if (value.isEmpty()) {
                return header.path("required").asBoolean(false) ? List.of("no " + name) : List.of();
            }
            JsonNode schema = header.path("schema");
            boolean other = schema.has("const")
                    && !value.get().equals(schema.path("const").asString());
            boolean unlike = schema.has("pattern")
                    && !value.get().matches(schema.path("pattern").asString() + ".*");
            return other || unlike ? List.of(name + " is " + value.get()) : List.of();
        }
    }

    /** The usual one stands for refusals alone. */
    private static Optional<Response> described(Operation operation, int status) {
        JsonNode responses = operation.described().path("responses");
        String key = responses.has(String.valueOf(status)) ? String.valueOf(status) : "default";
        JsonNode response = responses.path(key);
        if (response.isMissingNode() || (key.equals("default") && status < 400)) {
            return Optional.empty();
        }
        return Optional.of(new Response(DOCUMENT.resolved(response)));
    }
}
