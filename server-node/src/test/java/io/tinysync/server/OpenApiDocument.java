package io.tinysync.server;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The OpenAPI document, and JSON compared with its schemas. Thread-safe. */
final class OpenApiDocument {

    private static final String ID = "https://tinysync.invalid/openapi";
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");

    /** May have members that the document does not know. */
    private static final String OPEN = "Content";

    private final JsonNode root;
    private final List<Operation> operations;
    private final SchemaRegistry schemas;
    private final Map<String, Schema> found = new ConcurrentHashMap<>();

    private OpenApiDocument(JsonNode root) {
        this.root = root;
        this.operations = operations(root);
        this.schemas = SchemaRegistry.withDefaultDialect(
                Dialects.getOpenApi31(),
                builder -> builder.schemas(Map.of(ID, root.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    /** An operation, as the document has it. */
    record Operation(String method, String path, JsonNode described) {

        String id() {
            return described.required("operationId").asString();
        }

        boolean answers(String asked) {
            String[] wanted = path.split("/", -1);
            String[] given = asked.split("/", path.endsWith("/{path}") ? wanted.length : -1);
            if (wanted.length != given.length) {
                return false;
            }
            for (int i = 0; i < wanted.length; i++) {
                if (!wanted[i].startsWith("{") && !wanted[i].equals(given[i])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** As it stands in the class path. */
    static OpenApiDocument ofClassPath() {
        return new OpenApiDocument(new YAMLMapper().readTree(yaml()));
    }

    /** Of what nodes ask each other. */
    static OpenApiDocument internal() {
        return new OpenApiDocument(new YAMLMapper().readTree(text("internal.yaml")));
    }

    /** The same, but that no member goes that it does not name; to hold a server's answers to it. */
    static OpenApiDocument closed() {
        JsonNode root = new YAMLMapper().readTree(yaml());
        root.required("components").required("schemas").properties().stream()
                .filter(schema -> !schema.getKey().equals(OPEN))
                .map(Map.Entry::getValue)
                .filter(schema -> schema.has("properties") && !schema.has("oneOf"))
                .forEach(schema -> ((ObjectNode) schema).put("additionalProperties", false));
        return new OpenApiDocument(root);
    }

    static String yaml() {
        return text("openapi.yaml");
    }

    private static String text(String file) {
        try (InputStream in = OpenApiDocument.class.getResourceAsStream("/io/tinysync/server/http/" + file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    private static List<Operation> operations(JsonNode root) {
        List<Operation> operations = new ArrayList<>();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .forEach(member -> operations.add(new Operation(
                                member.getKey().toUpperCase(Locale.ROOT), path.getKey(), member.getValue()))));
        return List.copyOf(operations);
    }

    List<Operation> operations() {
        return operations;
    }

    /** The operation that a request asks for. */
    Optional<Operation> asked(String method, String path) {
        return operations.stream()
                .filter(operation -> operation.method().equals(method) && operation.answers(path))
                .findFirst();
    }

    /** What a reference leads to; anything else is itself. */
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode()
                ? node
                : resolved(root.requiredAt(reference.asString().substring(1)));
    }

    /** What is wrong with a document of this schema; empty if nothing is. */
    List<String> faults(String schema, String json) {
        return found
                .computeIfAbsent(
                        schema, name -> schemas.getSchema(SchemaLocation.of(ID + "#/components/schemas/" + name)))
                .validate(json, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }
}
