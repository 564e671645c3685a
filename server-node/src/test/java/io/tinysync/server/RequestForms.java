package io.tinysync.server;

import io.tinysync.engine.protocol.BatchWithBlobs;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.server.OpenApiDocument.Operation;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Requests for every operation of the API, with places in braces for ids. */
final class RequestForms {

    private static final Pattern PLACE = Pattern.compile("\\{([a-z0-9_]+)}");

    private static final String JSON = "application/json";
    private static final String BATCH = BatchWithBlobs.MEDIA_TYPE;

    /** What a path cannot say, by operationId. An operation with a body must have a line. */
    private static final Map<String, List<Form>> FORMS = Map.ofEntries(
            one("registerDevice", JSON, "{\"display_name\":\"another\"}"),
            one("createPairing", JSON, ""),
            one("createGroup", JSON, "{\"name\":\"another\"}"),
            one("createVault", JSON, "{\"name\":\"another\"}"),
            one("setQuota", JSON, "{\"quota_bytes\":0,\"quota_items\":0}"),
            one("createLink", JSON, "{\"item_id\":\"{item_id}\"}"),
            one("readShortBlobs", JSON, "{\"sha256\":[\"{sha256}\"]}"),
            one("putShortBlobs", BlobFrames.MEDIA_TYPE, "{sha256}"),
            one("putBlob", "application/octet-stream", "others"),
            one("openLink", "application/x-www-form-urlencoded", "password=guessed"),
            one("startCollection", JSON, "{\"dry_run\":true}"),
            one("startVerification", JSON, "{}"),
            one("purge", JSON, "{\"up_to\":1000,\"blobs\":[]}"),
            one("save", JSON, "{\"up_to\":0,\"blobs\":[]}"),
            one("items", JSON, "{\"up_to\":0,\"blobs\":[]}"),
            one("reached", JSON, "{\"up_to\":0,\"blobs\":[\"{sha256}\"]}"),
            one("unanswered", JSON, "{\"up_to\":0,\"blobs\":[]}"),
            Map.entry("readLog", List.of(new Form("", "?after=1.{seq}.{chain}", Map.of(), ""), Form.PLAIN)),
            Map.entry("getBlob", List.of(Form.PLAIN, new Form("", "", Map.of("Range", "bytes=0-3"), ""))),
            Map.entry("appendToUpload", List.of(upload(JSON, "some", 4, 0), upload(JSON, "ot", 9, 2))),
            Map.entry("mutate", mutations()));

    private RequestForms() {}

    /**
     * A request without its method, path and caller.
     *
     * @param query with its question mark
     */
    private record Form(String type, String query, Map<String, String> headers, String body) {
        private static final Form PLAIN = new Form("", "", Map.of(), "");
    }

    private static Map.Entry<String, List<Form>> one(String operationId, String type, String body) {
        return Map.entry(operationId, List.of(new Form(type, "", Map.of(), body)));
    }

    private static Form upload(String type, String bytes, int length, int offset) {
        Map<String, String> headers = Map.of("Upload-Offset", "" + offset, "Upload-Length", "" + length);
        return new Form(type, "", headers, bytes);
    }

    private static List<Form> mutations() {
        String place = "\"parent_item_id\":\"{parent_item_id}\",\"name\":\"{new_name}\"";
        String time = ",\"mode\":420,\"mtime\":\"0\"";
        String content = ",\"content\":{\"sha256\":\"{sha256}\",\"size\":14}";
        String base = ",\"base_content_version\":2";
        List<String> ops = List.of(
                "create_file\",\"item_id\":\"{new_item_id}\"," + place + content + time,
                "create_folder\",\"item_id\":\"{item_id}\"," + place + time,
                "create_symlink\",\"item_id\":\"{new_item_id}\",\"target\":\"{path}\"," + place + time,
                "update_content\",\"item_id\":\"{item_id}\"" + content + time + base,
                "move_rename\",\"item_id\":\"{item_id}\"," + place + ",\"base_placement_version\":2",
                "move_rename\",\"item_id\":\"{item_id}\"," + place + ",\"base_placement_version\":{\"op\":\"{op_id}\"}",
                "set_metadata\",\"item_id\":\"{item_id}\"" + time + base,
                "set_metadata\",\"item_id\":\"{item_id}\",\"requires\":[\"{op_id}\"]" + time + base,
                "delete\",\"item_id\":\"{item_id}\"" + base,
                "delete_subtree\",\"item_id\":\"{parent_item_id}\",\"base_seq\":9,\"live_descendants\":9",
                "restore\",\"item_id\":\"{deleted_item_id}\",\"subtree\":false," + place);
        return Stream.concat(
                        ops.stream().flatMap(op -> Stream.of(batch(JSON, "{new_op_id}", op))),
                        Stream.of(
                                batch(JSON, "{op_id}", ops.get(1)),
                                batch(BATCH, "{new_op_id}", ops.getFirst()),
                                new Form(JSON, "", Map.of(), batch("{seq}", "{chain}", "{new_op_id}", ops.get(1)))))
                .toList();
    }

    private static Form batch(String type, String opId, String op) {
        return new Form(type, "", Map.of(), batch("0", "0".repeat(32), opId, op));
    }

    private static String batch(String seq, String chain, String opId, String op) {
        return "{\"cursor\":{\"epoch\":1,\"seq\":" + seq + ",\"chain\":\"" + chain
                + "\"},\"request_no\":{request_no},\"ops\":[{\"op_id\":\"" + opId + "\",\"kind\":\"" + op + "}]}";
    }

    /** A request for an operation, whose places are still empty. */
    record Open(Operation operation, String path, Map<String, String> headers, String type, String body) {

        Set<String> places() {
            Set<String> places = new TreeSet<>();
            Matcher matcher = PLACE.matcher(path + body);
            while (matcher.find()) {
                places.add(matcher.group(1));
            }
            return places;
        }

        /** The request of a caller, with values for all places. */
        HttpRequest filled(ApiClient caller, UnaryOperator<String> values) {
            HttpRequest.Builder request =
                    caller.request(fill(path, values)).method(operation.method(), body(fill(body, values)));
            headers.forEach(request::header);
            return type.isEmpty()
                    ? request.build()
                    : request.header("Content-Type", type).build();
        }

        private BodyPublisher body(String text) {
            if (text.isEmpty()) {
                return BodyPublishers.noBody();
            }
            return BodyPublishers.ofByteArray(
                    switch (type) {
                        case BlobFrames.MEDIA_TYPE ->
                            BlobFrames.encode(List.of(new ShortBlob(
                                    Sha256.parse(text), ByteBuffer.wrap("others".getBytes(StandardCharsets.UTF_8)))));
                        case BatchWithBlobs.MEDIA_TYPE -> withLength(text);
                        default -> text.getBytes(StandardCharsets.UTF_8);
                    });
        }

        private static byte[] withLength(String json) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                    .putInt(bytes.length)
                    .put(bytes)
                    .array();
        }

        private static String fill(String text, UnaryOperator<String> values) {
            return PLACE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(values.apply(found.group(1))));
        }

        @Override
        public String toString() {
            return operation + " " + path + " " + body;
        }
    }

    /** @throws AssertionError if it is not known here how a request for the operation is made */
    static List<Open> of(Operation operation) {
        boolean known = FORMS.containsKey(operation.id());
        boolean hasBody =
                operation.described().has("requestBody") || operation.method().equals("POST");
        if (hasBody && !known) {
            throw new AssertionError("RequestForms has no body for " + operation.id() + ", " + operation);
        }
        return FORMS.getOrDefault(operation.id(), List.of(Form.PLAIN)).stream()
                .map(form ->
                        new Open(operation, operation.path() + form.query(), form.headers(), form.type(), form.body()))
                .toList();
    }
}
