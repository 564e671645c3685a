package io.tinysync.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A description of routes (OpenAPI 3.1), which is a file of this package. */
final class ApiDocument {

    /** The API. */
    static final ApiDocument SERVED = new ApiDocument("openapi.yaml");

    /** What nodes ask each other. */
    static final ApiDocument INTERNAL = new ApiDocument("internal.yaml");

    private final JsonNode root;

    private ApiDocument(String file) {
        try (InputStream in = ApiDocument.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + file);
            }
            root = new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** The document as JSON. */
    byte[] json() {
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }
}
