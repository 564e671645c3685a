package io.tinysync.server;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The OpenAPI document, and JSON compared with its schemas. */
final class OpenApiDocument {

    private static final String ID = "https://tinysync.invalid/openapi";
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");

    private final JsonNode document;
    private final SchemaRegistry schemas;

    OpenApiDocument(String yaml) {
        document = new YAMLMapper().readTree(yaml);
        schemas = SchemaRegistry.withDefaultDialect(
                Dialects.getOpenApi31(), builder -> builder.schemas(Map.of(ID, document.toString())));
    }

    /** As it stands in the class path. */
    static String yaml() {
        try (InputStream in = OpenApiDocument.class.getResourceAsStream("/io/tinysync/server/http/openapi.yaml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** METHOD and path each. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(METHODS::contains)
                        .forEach(method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return operations;
    }

    /** What is wrong with a document of this schema; empty if nothing is. */
    List<String> faults(String schema, String json) {
        Schema found = schemas.getSchema(SchemaLocation.of(ID + "#/components/schemas/" + schema));
        return found.validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    /** What is wrong with an operation's JSON answer. */
    List<String> faults(String method, String path, int status, String json) {
        JsonNode content = document.path("paths")
                .path(path)
                .path(method)
                .path("responses")
                .path(String.valueOf(status))
                .path("content");
        String reference =
                content.path("application/json").path("schema").path("$ref").asString("none");
        return faults(reference.substring(reference.lastIndexOf('/') + 1), json);
    }
}
