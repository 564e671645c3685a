package io.tinysync.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;

/**
 * One operation of the documents that describe the API. Method, path and callers of a route are what stands there: there is no route without
 * an operation, and no operation but from a document.
 */
final class Operation {

    private static final String VAULT = "{vault_id}";

    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");

    private static final Map<String, Operation> ALL = Stream.of(ApiDocument.SERVED, ApiDocument.INTERNAL)
            .flatMap(document -> of(document).stream())
            .collect(Collectors.toUnmodifiableMap(Operation::id, Function.identity()));

    private final String id;
    private final HttpMethod method;
    private final String template;
    private final Access access;

    private Operation(String id, HttpMethod method, String template, Access access) {
        this.id = id;
        this.method = method;
        this.template = template;
        this.access = access;
    }

    /**
     * The operation of this operationId.
     *
     * @throws IllegalArgumentException if no document has it
     */
    static Operation named(String id) {
        Operation operation = ALL.get(id);
        if (operation == null) {
            throw new IllegalArgumentException("no document describes the operation " + id);
        }
        return operation;
    }

    /** All that the documents have. */
    static Set<Operation> all() {
        return Set.copyOf(ALL.values());
    }

    private static List<Operation> of(ApiDocument document) {
        List<Operation> operations = new ArrayList<>();
        JsonNode root = document.root();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .forEach(member -> operations.add(
                                of(path.getKey(), member.getKey(), member.getValue(), root.path("security")))));
        return operations;
    }

    private static Operation of(String path, String method, JsonNode described, JsonNode usualCallers) {
        JsonNode callers = described.path("security");
        return new Operation(
                described.required("operationId").asText(),
                HttpMethods.lookup(method.toUpperCase(Locale.ROOT)).orElseThrow(),
                path,
                access(path, callers.isMissingNode() ? usualCallers : callers));
    }

    /** @param callers one of them is enough; none of its own stands for anyone */
    private static Access access(String path, JsonNode callers) {
        Set<String> schemes = new TreeSet<>();
        for (JsonNode caller : callers) {
            if (caller.isEmpty()) {
                return Access.ANYONE;
            }
            caller.fieldNames().forEachRemaining(schemes::add);
        }
        boolean vault = List.of(path.split("/")).contains(VAULT);
        return switch (String.join(" ", schemes)) {
            case "admin" -> Access.ADMIN;
            case "device" -> vault ? Access.VAULT : Access.DEVICE;
            case "admin device" -> vault ? Access.VAULT_OR_ADMIN : Access.TOKEN;
            default -> throw new IllegalArgumentException("nobody calls " + path + " with " + schemes);
        };
    }

    String id() {
        return id;
    }

    HttpMethod method() {
        return method;
    }

    /** A path whose segments in braces match anything and give it that name; {@code {path}} at its end matches all that is left. */
    String template() {
        return template;
    }

    Access access() {
        return access;
    }

    @Override
    public String toString() {
        return id;
    }
}
