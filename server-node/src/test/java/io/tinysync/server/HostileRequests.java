package io.tinysync.server;

import static io.tinysync.server.JsonMutations.pick;

import io.tinysync.server.OpenApiDocument.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Requests of every operation, of random values from the document's schemas, most of them then broken. The same number is the same request. */
final class HostileRequests {

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.ofClassPath();

    private static final List<Operation> OPERATIONS = Stream.of(DOCUMENT, OpenApiDocument.internal())
            .flatMap(document -> document.operations().stream())
            .toList();

    private final long seed;
    private final Map<String, String> ids;
    private final List<String> tokens;

    /**
     * Requests of somebody who knows some ids.
     *
     * @param ids by the name of the place in paths where they belong
     * @param tokens with which they come; an empty one for none
     */
    HostileRequests(long seed, Map<String, String> ids, List<String> tokens) {
        this.seed = seed;
        this.ids = ids;
        this.tokens = tokens;
    }

    WireRequest request(long number) {
        Random random = new Random(seed * 1_000_003 + number);
        Operation operation = pick(OPERATIONS, random);
        WireRequest request = new WireRequest(operation.method(), path(operation, random));
        request.header("Host", "127.0.0.1");
        String token = pick(tokens, random);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        addParameters(request, operation, random);
        addBody(request, operation, random);
        int mutations = random.nextInt(3);
        for (int i = 0; i < mutations && request.sentBytes < 0; i++) {
            WireMutations.mutate(request, random);
        }
        return request;
    }

    /** What somebody else's is in an eighth of the places. */
    private String path(Operation operation, Random random) {
        StringBuilder path = new StringBuilder();
        for (String segment : operation.path().substring(1).split("/", -1)) {
            path.append('/');
            if (!segment.startsWith("{")) {
                path.append(segment);
            } else if (random.nextInt(8) == 0) {
                path.append(UUID.nameUUIDFromBytes(new byte[] {(byte) random.nextInt()}));
            } else {
                path.append(ids.getOrDefault(segment.substring(1, segment.length() - 1), "docs.css"));
            }
        }
        return path.toString();
    }

    private void addParameters(WireRequest request, Operation operation, Random random) {
        List<String> query = new ArrayList<>();
        for (JsonNode reference : operation.described().path("parameters")) {
            JsonNode parameter = DOCUMENT.resolved(reference);
            if (!parameter.path("required").asBoolean(false) && random.nextBoolean()) {
                continue;
            }
            String value = value(parameter, random);
            if (parameter.path("in").asString().equals("header")) {
                request.header(parameter.path("name").asString(), value);
            } else {
                query.add(parameter.path("name").asString() + "=" + value);
            }
        }
        request.target += query.isEmpty() ? "" : "?" + String.join("&", query);
    }

    private String value(JsonNode parameter, Random random) {
        return switch (parameter.path("name").asString()) {
            case "Range" -> pick(List.of("bytes=0-3", "bytes=2-", "bytes=-2", "bytes=100-200"), random);
            case "after" ->
                pick(
                        List.of("0", "1.2." + ids.get("chain"), "1.0." + "0".repeat(32), "2.1." + ids.get("chain")),
                        random);
            default ->
                new SchemaValues(DOCUMENT, random, Map.of())
                        .json(parameter.path("schema"))
                        .replace("\"", "");
        };
    }

    private void addBody(WireRequest request, Operation operation, Random random) {
        JsonNode content = operation.described().path("requestBody").path("content");
        if (content.isMissingNode() && !operation.method().equals("POST")) {
            return;
        }
        String type = content.isMissingNode() ? "application/json" : pick(List.copyOf(content.propertyNames()), random);
        request.header("Content-Type", type);
        JsonNode schema = content.path(type).path("schema");
        String json = schema.isMissingNode()
                ? "{\"up_to\":1,\"blobs\":[]}"
                : new SchemaValues(DOCUMENT, random, known()).json(schema);
        request.body = switch (type) {
            case "application/json" ->
                random.nextInt(3) == 0 ? json.getBytes(StandardCharsets.UTF_8) : JsonMutations.mutated(json, random);
            case "application/x-www-form-urlencoded" ->
                RawConnection.ascii(pick(
                        List.of(
                                "password=x",
                                "password=%",
                                "password=%zz",
                                "&&&=",
                                "password=" + "a".repeat(5_000),
                                "a=b".repeat(2_000)),
                        random));
            default -> framed(random);
        };
    }

    /** Lengths and bytes of short blobs and of batches, right by chance only. */
    private static byte[] framed(Random random) {
        byte[] bytes = new byte[pick(List.of(0, 3, 4, 36, 37, 40, 100, 70_000), random)];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        }
        if (bytes.length > 3 && random.nextBoolean()) {
            bytes[0] = (byte) 0x7f;
        }
        return bytes;
    }

    private Map<String, List<String>> known() {
        Map<String, List<String>> known = new TreeMap<>();
        known.put(
                "Id",
                List.of(
                        ids.get("item_id"),
                        ids.get("parent_item_id"),
                        ids.get("op_id"),
                        "00000000-0000-0000-0000-000000000000"));
        known.put("Sha256", List.of(ids.get("sha256"), ids.get("begun_sha256"), "0".repeat(64)));
        known.put("Chain", List.of("0".repeat(32), ids.get("chain")));
        return known;
    }
}
