package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.postgres.DatabaseAddress;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many short blobs in one request, up and down. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShortBlobsIT {

    private Path blobs;
    private DatabaseAddress database;
    private TestServer server;
    private Device laptop;
    private Device desktop;
    private Device stranger;
    private VaultId vault;
    private VaultId foreign;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        blobs = data.resolve("blobs");
        database = TestPostgres.newDatabase();
        server = TestServer.start(
                data, database, Map.of("gc.interval", "1d", "gc.lease", "1s", "gc.grace", "2s", "gc.unnamed", "1s"));
        laptop = server.anyone().register("laptop");
        desktop = server.anyone().register("desktop");
        stranger = server.anyone().register("stranger");
        vault = server.admin().vaultFor("shared", laptop, desktop);
        foreign = server.admin().vaultFor("foreign", stranger);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whatOneDeviceSendsTheOtherReadsInTheOrderItAsks() throws Exception {
        byte[][] contents = contents(1000, 100);
        contents[7] = new byte[0];
        contents[8] = bytes(1, BlobFrames.MAX_BLOB_BYTES);
        double before = server.metric("tinysync_blob_uploads_total");

        assertThat(codes(laptop.api().postBlobs(vault, contents))).hasSize(100).containsOnly("stored");

        assertThat(server.metric("tinysync_blob_uploads_total")).isEqualTo(before + 100);
        for (byte[] bytes : contents) {
            name(bytes);
        }
        List<Sha256> ids = new ArrayList<>(ids(contents));
        Collections.reverse(ids);
        double served = server.metric("tinysync_blob_downloads_total");
        List<ShortBlob> read = read(desktop, ids);
        assertThat(read).extracting(ShortBlob::sha256).isEqualTo(ids);
        assertThat(read).allMatch(blob -> Sha256.hash(blob.bytes()).equals(blob.sha256()));
        assertThat(server.metric("tinysync_blob_downloads_total")).isEqualTo(served + 100);
    }

    @Test
    void eachStandsByItselfAndMayComeAgain() {
        byte[] good = bytes(10, 1000);
        byte[] wrong = bytes(11, 1000);
        byte[] last = bytes(12, 1000);
        byte[] body = BlobFrames.encode(List.of(
                blob(good), new ShortBlob(Sha256.hash(bytes(13, 1)), ByteBuffer.wrap(wrong)), blob(last), blob(good)));

        for (int i = 0; i < 2; i++) {
            Response answer = laptop.api().postFrames(vault, body);
            assertThat(codes(answer)).containsExactly("stored", "hash_mismatch", "stored", "stored");
            assertThat(answer.json().at("/results/1/sha256").asText())
                    .isEqualTo(Sha256.hash(bytes(13, 1)).toString());
            assertThat(answer.json().at("/results/1/message").asText())
                    .contains(Sha256.hash(wrong).toString());
        }

        name(good);
        name(last);
        laptop.api().get(ApiClient.blobPath(vault, Sha256.hash(wrong))).expect(404);
        laptop.api().get(ApiClient.blobPath(vault, Sha256.hash(bytes(13, 1)))).expect(404);
    }

    @Test
    void whatTheVaultDoesNotAnswerForIsLeftOut() throws Exception {
        byte[] own = bytes(20, 100);
        byte[] others = bytes(21, 100);
        byte[] foreigners = bytes(22, 100);
        byte[] unknown = bytes(23, 100);
        laptop.api().postBlobs(vault, own).expect(200);
        desktop.api().postBlobs(vault, others).expect(200);
        stranger.api().postBlobs(foreign, foreigners).expect(200);
        List<Sha256> ids = ids(others, unknown, own, foreigners);

        assertThat(read(laptop, ids)).containsExactly(blob(own));
        assertThat(read(desktop, ids)).containsExactly(blob(others));
        for (byte[] bytes : List.of(others, foreigners)) {
            assertThat(result(bytes).path("code").asText()).isEqualTo("blob_missing");
        }
    }

    @Test
    void whatIsTooLongForAFrameOrForTheAnswerIsLeftOut() throws Exception {
        byte[] large = bytes(30, BlobFrames.MAX_BLOB_BYTES + 1);
        byte[] small = bytes(31, 10);
        laptop.api().putBlob(vault, Sha256.hash(large), large).expect(204);
        laptop.api().postBlobs(vault, small).expect(200);
        byte[][] contents = new byte[70][];
        Arrays.setAll(contents, i -> bytes(3000 + i, BlobFrames.MAX_BLOB_BYTES));
        laptop.api().postBlobs(vault, Arrays.copyOf(contents, 35)).expect(200);
        laptop.api().postBlobs(vault, Arrays.copyOfRange(contents, 35, 70)).expect(200);
        List<Sha256> asked = new ArrayList<>(List.of(Sha256.hash(large)));
        asked.addAll(ids(contents));
        asked.add(Sha256.hash(small));

        List<ShortBlob> read = read(laptop, asked);

        assertThat(read).hasSize(64).endsWith(blob(small)).startsWith(blob(contents[0]), blob(contents[1]));
    }

    @Test
    void whatTheStoreDoesNotGiveIsLeftOutAndTheOthersCome() throws Exception {
        byte[] missing = bytes(40, 500);
        byte[] cut = bytes(41, 500);
        byte[] whole = bytes(42, 500);
        laptop.api().postBlobs(vault, missing, cut, whole).expect(200);
        Files.delete(file(missing));
        Files.write(file(cut), Arrays.copyOf(cut, 20));

        assertThat(read(laptop, ids(missing, cut, whole))).containsExactly(blob(whole));

        assertThat(codes(laptop.api().postBlobs(vault, missing, cut, whole))).containsOnly("stored");
        assertThat(read(laptop, ids(missing, cut, whole))).hasSize(3);
    }

    @Test
    void condemnedBlobsAreLiveAgain() throws Exception {
        byte[] first = bytes(50, 700);
        byte[] second = bytes(51, 700);
        laptop.api().postBlobs(vault, first, second).expect(200);
        Await.until("they are condemned", () -> {
            Runs.collected(server.admin());
            return state(first).equals("condemned") && state(second).equals("condemned");
        });
        assertThat(result(first).path("code").asText()).isEqualTo("blob_missing");

        assertThat(codes(laptop.api().postBlobs(vault, first, second, bytes(52, 700))))
                .containsOnly("stored");

        assertThat(state(first)).isEqualTo("leased");
        name(first);
        name(second);
        collectFor(Duration.ofSeconds(5));
        assertThat(file(first)).exists();
        assertThat(file(second)).exists();
    }

    /** Each in another order: rows that several requests want are locked in one. */
    @Test
    void manyRequestsMayBringTheSameBlobsAtOnce() throws Exception {
        List<Future<List<String>>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 24; i++) {
                List<byte[]> contents = new ArrayList<>(List.of(contents(6000, 40)));
                Collections.shuffle(contents, new Random(i));
                Device device = i % 2 == 0 ? laptop : desktop;
                answers.add(threads.submit(
                        () -> codes(device.api().postBlobs(vault, contents.toArray(byte[][]::new)))));
            }
            for (Future<List<String>> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).hasSize(40).containsOnly("stored");
            }
        }
        assertThat(read(desktop, ids(contents(6000, 40)))).hasSize(40);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 35, 36, 45, 47})
    void aBodyThatIsNotOfFrames(int length) {
        byte[] bytes = bytes(70, 10);
        byte[] body = Arrays.copyOf(BlobFrames.encode(List.of(blob(bytes))), length);

        refused(laptop.api().postFrames(vault, body), 400, "bad_request");

        laptop.api().get(ApiClient.blobPath(vault, Sha256.hash(bytes))).expect(404);
    }

    @Test
    void aFrameOverItsLimitAndABodyOverItsLimits() {
        byte[] long1 = new byte[BlobFrames.MAX_BLOB_BYTES + 1];
        byte[] frame = ByteBuffer.allocate(BlobFrames.length(long1.length))
                .put(Sha256.hash(long1).toBytes())
                .putInt(long1.length)
                .put(long1)
                .array();
        byte[] body = new byte[BlobFrames.MAX_BODY_BYTES + 1];
        byte[] frames = new byte[BlobFrames.HEAD_BYTES * (BlobFrames.MAX_FRAMES + 1)];

        refused(laptop.api().postFrames(vault, frame), 400, "bad_request");
        refused(laptop.api().postFrames(vault, body), 413, "too_large");
        refused(laptop.api().postFrames(vault, frames), 413, "too_large");
        refused(
                laptop.api()
                        .send(laptop.api()
                                .request("/v1/vaults/" + vault + "/blobs")
                                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                                .build()),
                413,
                "too_large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"sha256\":[]}", "{\"sha256\":[\"abc\"]}", "{\"sha256\":[null]}"})
    void aQuestionThatIsNone(String body) {
        refused(
                laptop.api().post("/v1/vaults/" + vault + "/blobs/read", body.getBytes(StandardCharsets.UTF_8)),
                400,
                "bad_request");
    }

    @Test
    void aQuestionForTooMany() {
        String ids = "\"" + Sha256.hash(new byte[1]) + "\"";
        String body = "{\"sha256\":[" + String.join(",", Collections.nCopies(BlobFrames.MAX_FRAMES + 1, ids)) + "]}";

        refused(
                laptop.api().post("/v1/vaults/" + vault + "/blobs/read", body.getBytes(StandardCharsets.UTF_8)),
                400,
                "bad_request");
    }

    @Test
    void whoDoesNotReachTheVault() {
        byte[] bytes = bytes(80, 10);

        refused(stranger.api().postBlobs(vault, bytes), 404, "not_found");
        refused(stranger.api().readBlobs(vault, ids(bytes)), 404, "not_found");
        refused(server.admin().postBlobs(vault, bytes), 403, "forbidden");
        refused(server.anyone().postBlobs(vault, bytes), 401, "unauthorized");
        refused(server.anyone().readBlobs(vault, ids(bytes)), 401, "unauthorized");
        assertThat(file(bytes)).doesNotExist();
    }

    /** Longer than a lease and the grace after it. */
    private void collectFor(Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Runs.collected(server.admin());
        }
    }

    private static void refused(Response response, int status, String code) {
        assertThat(response.code()).isEqualTo(code);
        assertThat(response.status()).isEqualTo(status);
    }

    /** Of each blob {@code stored} or why not. */
    private static List<String> codes(Response answer) {
        List<String> codes = new ArrayList<>();
        for (JsonNode result : answer.expect(200).json().path("results")) {
            String status = result.path("status").asText();
            codes.add(status.equals("stored") ? status : result.path("code").asText());
        }
        return codes;
    }

    private List<ShortBlob> read(Device device, List<Sha256> ids) throws Exception {
        Response answer = device.api().readBlobs(vault, ids).expect(200);
        assertThat(answer.header("Content-Type")).isEqualTo(BlobFrames.MEDIA_TYPE);
        return BlobFrames.decode(ByteBuffer.wrap(answer.bytes()));
    }

    private void name(byte[] bytes) {
        JsonNode result = result(bytes);
        assertThat(result.path("status").asText()).as("%s", result).isEqualTo("accepted");
    }

    private synchronized JsonNode result(byte[] bytes) {
        return laptop.api()
                .mutate(vault, laptop.api().head(vault), ++requestNo, ApiClient.createFile("file " + requestNo, bytes))
                .expect(200)
                .json()
                .at("/results/0");
    }

    /** Of a blob in the database; empty if it has none. */
    private String state(byte[] bytes) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                PreparedStatement statement =
                        connection.prepareStatement("SELECT state FROM blob_states WHERE sha256 = ?")) {
            statement.setBytes(1, Sha256.hash(bytes).toBytes());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    private Path file(byte[] bytes) {
        String name = Sha256.hash(bytes).toString();
        return blobs.resolve(name.substring(0, 2)).resolve(name);
    }

    private static ShortBlob blob(byte[] bytes) {
        return new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes));
    }

    private static List<Sha256> ids(byte[]... contents) {
        return Stream.of(contents).map(Sha256::hash).toList();
    }

    private static byte[][] contents(int seed, int count) {
        byte[][] contents = new byte[count][];
        Arrays.setAll(contents, i -> bytes(seed + i, 1 + 13 * i));
        return contents;
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
