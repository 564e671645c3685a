package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit that a vault is said to have is the one that holds: what is at it is taken, and what is one above is refused. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LimitsIT {

    private static final String TAKEN = "taken";
    private static final String UNKNOWN_KIND = "an outcome that is none";

    /** By RequestRateIT, SlowClientsIT and PublicLinksIT. */
    private static final Set<String> HELD_ELSEWHERE =
            Set.of("requests_per_second", "min_bytes_per_second", "max_links");

    private TestServer server;
    private Device device;
    private JsonNode limits;
    private int number;

    /** What becomes of something of a size. */
    interface Outcome {
        String of(int size);
    }

    /** @param refusal what is answered one above the limit */
    record Check(String limit, String refusal, Outcome outcome) {
        @Override
        public String toString() {
            return limit;
        }
    }

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(
                data,
                TestPostgres.newDatabase(),
                Map.of(
                        "max-file-bytes",
                        100_000,
                        "uploads.per-device",
                        2,
                        "uploads.bytes-per-device",
                        150_000,
                        "vault-quota.bytes",
                        50_000,
                        "vault-quota.items",
                        1_010));
        device = server.anyone().register("device");
        limits = device.api().get("/v1/vaults/" + vault()).expect(200).json().path("limits");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Stream<Check> checks() {
        return Stream.of(
                new Check("max_file_bytes", "too_large", this::blob),
                new Check("quota_bytes", "quota_exceeded", this::file),
                new Check("quota_items", "quota_exceeded", this::items),
                new Check("max_batch", "bad_request", this::batch),
                new Check("max_requires", "bad_request", this::requires),
                new Check("max_body_bytes", "too_large", this::body),
                new Check("max_name_bytes", "invalid_name", this::name),
                new Check("max_target_chars", "bad_request", this::target),
                new Check("max_depth", "too_large", this::depth),
                new Check("max_log_page", "bad_request", this::logPage),
                new Check("max_short_blob_bytes", "bad_request", this::shortBlob),
                new Check("max_short_blobs", "too_large", this::shortBlobs),
                new Check("max_short_blobs_bytes", "too_large", this::shortBlobsBytes),
                new Check("max_uploads", "too_many_uploads", this::uploads),
                new Check("max_upload_bytes", "too_many_uploads", this::uploadBytes));
    }

    @ParameterizedTest
    @MethodSource("checks")
    void what_is_at_the_limit_is_taken_and_one_more_is_not(Check check) {
        int limit = limits.path(check.limit()).asInt();
        assertThat(limit).isPositive();
        assertThat(check.outcome().of(limit)).as("at the limit").isEqualTo(TAKEN);
        assertThat(check.outcome().of(limit + 1)).as("above it").isEqualTo(check.refusal());
    }

    @Test
    void no_limit_is_left_out() {
        Set<String> names = new HashSet<>(HELD_ELSEWHERE);
        checks().map(Check::limit).forEach(names::add);
        Set<String> said = new HashSet<>();
        limits.fieldNames().forEachRemaining(said::add);
        assertThat(names).isEqualTo(said);
    }

    private VaultId vault() {
        return server.admin().vaultFor("vault-" + number++, device);
    }

    private VaultId vaultWithoutQuota(Device of) {
        VaultId vault = server.admin().vaultFor("vault-" + number++, of);
        server.admin()
                .put("/v1/vaults/" + vault + "/quota", BodyPublishers.ofString("{\"quota_bytes\":0,\"quota_items\":0}"))
                .expect(200);
        return vault;
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(number++).nextBytes(bytes);
        return bytes;
    }

    private static String outcome(Response answer) {
        return answer.status() / 100 == 2 ? TAKEN : answer.code();
    }

    private String blob(int size) {
        byte[] bytes = bytes(size);
        return outcome(device.api().putBlob(vaultWithoutQuota(device), Sha256.hash(bytes), bytes));
    }

    private String file(int size) {
        VaultId vault = vault();
        byte[] bytes = bytes(size);
        device.api().putBlob(vault, Sha256.hash(bytes), bytes).expect(204);
        return lastOutcome(device.api().mutate(vault, Cursor.START, 1, ApiClient.createFile("file", bytes)));
    }

    private String items(int count) {
        VaultId vault = vault();
        List<String> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ops.add(folder("folder-" + i, newId(), ItemId.ROOT.toString()));
        }
        return inBatches(vault, ops);
    }

    private String inBatches(VaultId vault, List<String> ops) {
        String outcome = UNKNOWN_KIND;
        int most = limits.path("max_batch").asInt();
        for (int from = 0; from < ops.size(); from += most) {
            outcome = lastOutcome(send(vault, 1 + from, ops.subList(from, Math.min(ops.size(), from + most))));
        }
        return outcome;
    }

    private static String lastOutcome(Response answer) {
        if (answer.status() != 200) {
            return answer.code();
        }
        JsonNode results = answer.json().path("results");
        JsonNode last = results.path(results.size() - 1);
        return last.path("status").asText().equals("accepted")
                ? TAKEN
                : last.path("code").asText();
    }

    private Response send(VaultId vault, int requestNo, List<String> ops) {
        return device.api().post("/v1/vaults/" + vault + "/mutations", request(requestNo, ops));
    }

    /** As text, since the protocol's records do not let one write what is over a limit. */
    private static byte[] request(int requestNo, List<String> ops) {
        String cursor = new String(Json.write(Cursor.START), StandardCharsets.UTF_8);
        return ("{\"cursor\":" + cursor + ",\"request_no\":" + requestNo + ",\"ops\":[" + String.join(",", ops) + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String newId() {
        UUID random = UUID.randomUUID();
        return new UUID((random.getMostSignificantBits() & ~0xF000L) | 0x7000, random.getLeastSignificantBits())
                .toString();
    }

    private static String folder(String name, String id, String parent, String... more) {
        return op("create_folder", name, id, parent, more);
    }

    private static String op(String kind, String name, String id, String parent, String... more) {
        return "{\"op_id\":\"" + newId() + "\",\"kind\":\"" + kind + "\",\"item_id\":\"" + id
                + "\",\"parent_item_id\":\"" + parent + "\",\"name\":\"" + name + "\",\"mode\":493,\"mtime\":\"0\""
                + String.join("", more) + "}";
    }

    private String root(String name, String... more) {
        return folder(name, newId(), ItemId.ROOT.toString(), more);
    }

    private String batch(int count) {
        List<String> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ops.add(root("folder-" + i));
        }
        return lastOutcome(send(vault(), 1, ops));
    }

    private String requires(int count) {
        List<String> ids = Collections.nCopies(count, "\"" + newId() + "\"");
        Response answer = send(vault(), 1, List.of(root("f", ",\"requires\":[" + String.join(",", ids) + "]")));
        return outcome(answer);
    }

    private String body(int size) {
        byte[] request = request(1, List.of(root("f")));
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.writeBytes(request);
        padded.writeBytes(" ".repeat(size - request.length).getBytes(StandardCharsets.US_ASCII));
        return outcome(device.api().post("/v1/vaults/" + vault() + "/mutations", padded.toByteArray()));
    }

    private String name(int size) {
        return lastOutcome(send(vault(), 1, List.of(root("n".repeat(size)))));
    }

    private String target(int size) {
        String link = op(
                "create_symlink", "link", newId(), ItemId.ROOT.toString(), ",\"target\":\"" + "t".repeat(size) + "\"");
        return lastOutcome(send(vault(), 1, List.of(link)));
    }

    /** With so many folders above the last one, the root among them. */
    private String depth(int above) {
        List<String> ops = new ArrayList<>();
        String parent = ItemId.ROOT.toString();
        for (int i = 0; i < above; i++) {
            String id = newId();
            ops.add(folder("f", id, parent));
            parent = id;
        }
        return inBatches(vault(), ops);
    }

    private String logPage(int entries) {
        return outcome(device.api().log(vault(), Cursor.START, entries));
    }

    private byte[] frames(int... sizes) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int size : sizes) {
            byte[] bytes = bytes(size);
            frames.writeBytes(Sha256.hash(bytes).toBytes());
            frames.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(size).array());
            frames.writeBytes(bytes);
        }
        return frames.toByteArray();
    }

    private String shortBlob(int size) {
        return outcome(device.api().postFrames(vault(), frames(size)));
    }

    private String shortBlobs(int count) {
        int[] sizes = new int[count];
        java.util.Arrays.fill(sizes, 8);
        return outcome(device.api().postFrames(vault(), frames(sizes)));
    }

    private String shortBlobsBytes(int size) {
        int head = Sha256.BYTES + Integer.BYTES;
        int full = limits.path("max_short_blob_bytes").asInt();
        int count = size / (full + head);
        int[] sizes = new int[count + 1];
        java.util.Arrays.fill(sizes, full);
        sizes[count] = size - count * (full + head) - head;
        return outcome(device.api().postFrames(vault(), frames(sizes)));
    }

    private String uploads(int count) {
        Uploader uploader = new Uploader();
        String outcome = UNKNOWN_KIND;
        for (int i = 0; i < count; i++) {
            outcome = uploader.begin(1_000, 1);
        }
        return outcome;
    }

    /** What is there of one, and what another is going to have. */
    private String uploadBytes(int bytes) {
        Uploader uploader = new Uploader();
        int there = limits.path("max_file_bytes").asInt() - 1;
        assertThat(uploader.begin(there + 1, there)).isEqualTo(TAKEN);
        return uploader.begin(bytes - there, 1);
    }

    /** A device that ends none of its uploads. */
    private final class Uploader {
        private final Device uploader = server.anyone().register("uploader-" + number++);
        private final VaultId vault = vaultWithoutQuota(uploader);

        String begin(int length, int arriving) {
            ApiClient api = uploader.api();
            return outcome(api.send(api.request(ApiClient.blobPath(vault, Sha256.hash(bytes(16))) + "/upload")
                    .header("Upload-Offset", "0")
                    .header("Upload-Length", String.valueOf(length))
                    .method("PATCH", BodyPublishers.ofByteArray(new byte[arriving]))
                    .build()));
        }
    }
}
