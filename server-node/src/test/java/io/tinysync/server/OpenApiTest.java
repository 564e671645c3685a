package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import io.tinysync.engine.protocol.GoldenFiles;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the API says of the protocol's shapes what the records say. */
final class OpenApiTest {

    /** By a golden file's whole name, or by its first word. */
    private static final Map<String, String> SCHEMAS = Map.ofEntries(
            Map.entry("audit-page", "AuditPage"),
            Map.entry("blobs-reply", "BlobsReply"),
            Map.entry("create-link", "CreateLink"),
            Map.entry("created-link", "CreatedLink"),
            Map.entry("cursor", "Cursor"),
            Map.entry("entry", "Entry"),
            Map.entry("item", "Item"),
            Map.entry("leaves", "Leaves"),
            Map.entry("link-status", "LinkStatus"),
            Map.entry("log-page", "LogPage"),
            Map.entry("mutations-reply", "MutationsReply"),
            Map.entry("mutations-request", "MutationsRequest"),
            Map.entry("op", "Op"),
            Map.entry("pairing", "Pairing"),
            Map.entry("problem", "Problem"),
            Map.entry("projection-status", "ProjectionStatus"),
            Map.entry("read-blobs", "ReadBlobs"),
            Map.entry("register-device", "RegisterDevice"),
            Map.entry("result", "OpResult"),
            Map.entry("snapshot-header", "SnapshotHeader"),
            Map.entry("snapshot-trailer", "SnapshotTrailer"),
            Map.entry("vault-status", "VaultStatus"),
            Map.entry("wake", "Wake"));

    private final OpenApiDocument document = OpenApiDocument.ofClassPath();

    static List<String> names() {
        return GoldenFiles.names("").stream()
                .filter(name -> !name.startsWith("stored-"))
                .toList();
    }

    @Test
    void itIsAnOpenApiDocumentWithNothingWrong() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);

        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(OpenApiDocument.yaml(), List.of(), options);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
        assertThat(parsed.getOpenAPI().getPaths()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aGoldenFileIsOfItsSchema(String name) {
        String json = new String(GoldenFiles.bytes(name), StandardCharsets.UTF_8);

        assertThat(document.faults(schema(name), json)).isEmpty();
    }

    /** Otherwise a schema that accepts everything would pass. */
    @ParameterizedTest
    @MethodSource("names")
    void aGoldenFileWithAnyMemberOfAnotherFormIsNot(String name) throws Json.MalformedException {
        ObjectNode golden = Json.read(GoldenFiles.bytes(name), ObjectNode.class);
        for (Map.Entry<String, ?> member : golden.properties()) {
            ObjectNode changed = golden.deepCopy();
            changed.putObject(member.getKey()).put("wrong", true);

            assertThat(document.faults(schema(name), changed.toString()))
                    .as("%s of another form", member.getKey())
                    .isNotEmpty();
        }
    }

    static List<String> ops() {
        return GoldenFiles.names("op-");
    }

    @ParameterizedTest
    @MethodSource("ops")
    void anOpIsRefusedByBothOrByNeither(String name) throws Json.MalformedException {
        ObjectNode golden = Json.read(GoldenFiles.bytes(name), ObjectNode.class);
        for (Map.Entry<String, ?> member : golden.properties()) {
            ObjectNode without = golden.deepCopy();
            without.remove(member.getKey());

            assertThat(document.faults("Op", without.toString()).isEmpty())
                    .as("without %s", member.getKey())
                    .isEqualTo(isRead(without, Op.class));
        }
    }

    private static boolean isRead(ObjectNode json, Class<?> type) {
        try {
            Json.read(json.toString().getBytes(StandardCharsets.UTF_8), type);
            return true;
        } catch (Json.MalformedException e) {
            return false;
        }
    }

    private static String schema(String name) {
        String exact = SCHEMAS.get(name);
        String schema = exact == null ? SCHEMAS.get(name.split("-", 2)[0]) : exact;
        if (schema == null) {
            throw new AssertionError("no schema for the file " + name);
        }
        return schema;
    }
}
