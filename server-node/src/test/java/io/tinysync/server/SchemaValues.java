package io.tinysync.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** Random JSON of the document's schemas, and values at their borders and beyond. */
final class SchemaValues {

    private static final int MAX_ITEMS = 4;

    private final OpenApiDocument document;
    private final Random random;
    private final Map<String, List<String>> known;

    /** @param known values of ids, hashes and so on that somebody has, by the name of their schema */
    SchemaValues(OpenApiDocument document, Random random, Map<String, List<String>> known) {
        this.document = document;
        this.random = random;
        this.known = known;
    }

    String json(JsonNode schema) {
        if (schema.has("$ref")) {
            String reference = schema.path("$ref").asString();
            List<String> values = known.getOrDefault(reference.substring(reference.lastIndexOf('/') + 1), List.of());
            return values.isEmpty() ? json(document.resolved(schema)) : quoted(pick(values));
        }
        if (schema.has("const")) {
            return schema.path("const").toString();
        }
        if (schema.has("enum")) {
            return schema.path("enum")
                    .path(random.nextInt(schema.path("enum").size()))
                    .toString();
        }
        if (schema.has("oneOf") && !schema.has("properties")) {
            return json(schema.path("oneOf")
                    .path(random.nextInt(schema.path("oneOf").size())));
        }
        return switch (schema.path("type").asString("object")) {
            case "integer", "number" -> integer(schema);
            case "boolean" -> String.valueOf(random.nextBoolean());
            case "array" -> array(schema);
            case "string" -> quoted(text(schema));
            default -> object(schema);
        };
    }

    private String object(JsonNode schema) {
        JsonNode branch = schema.path("oneOf")
                .path(random.nextInt(Math.max(1, schema.path("oneOf").size())));
        List<String> members = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
            JsonNode narrowed = branch.path("properties").path(member.getKey());
            boolean required = names(schema, member.getKey()) || names(branch, member.getKey());
            if (required || !narrowed.isMissingNode() || random.nextInt(6) == 0) {
                members.add(
                        quoted(member.getKey()) + ":" + json(narrowed.isMissingNode() ? member.getValue() : narrowed));
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    private static boolean names(JsonNode schema, String member) {
        for (JsonNode name : schema.path("required")) {
            if (name.asString().equals(member)) {
                return true;
            }
        }
        return false;
    }

    private String array(JsonNode schema) {
        int count = Math.max(schema.path("minItems").asInt(0), random.nextInt(MAX_ITEMS));
        List<String> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(json(schema.path("items")));
        }
        return "[" + String.join(",", items) + "]";
    }

    private String integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(Long.MAX_VALUE);
        return String.valueOf(
                switch (random.nextInt(8)) {
                    case 0 -> least;
                    case 1 -> most;
                    case 2 -> least - 1;
                    case 3 -> most == Long.MAX_VALUE ? most : most + 1;
                    default -> least + random.nextInt(1 + (int) Math.min(20, most - least));
                });
    }

    private String text(JsonNode schema) {
        String pattern = schema.path("pattern").asString("");
        if (schema.path("format").asString("").equals("date-time")) {
            return pick(
                    List.of("2030-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "+1000000000-12-31T23:59:59Z"));
        }
        if (pattern.contains("-?")) {
            return pick(List.of("0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808"));
        }
        if (pattern.contains("[0-9a-f]{8}-")) {
            return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
        }
        if (pattern.contains("[0-9a-f]")) {
            return hex(pattern.contains("{64}") ? 64 : 32);
        }
        int most = Math.min(300, schema.path("maxLength").asInt(20));
        return pick(List.of(
                "a",
                "name",
                "a".repeat(most),
                "a".repeat(most + 1),
                "ü\u0301",
                "..",
                "a/b",
                "con",
                "a\tb",
                "\uD83D\uDE00"));
    }

    private String hex(int digits) {
        StringBuilder hex = new StringBuilder();
        while (hex.length() < digits) {
            hex.append(Integer.toHexString(random.nextInt(16)));
        }
        return hex.toString();
    }

    private String pick(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String quoted(String text) {
        return new tools.jackson.databind.json.JsonMapper().writeValueAsString(text);
    }
}
