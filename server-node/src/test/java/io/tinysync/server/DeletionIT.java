package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.blob.FaultyProxy;
import io.tinysync.engine.blob.FaultyProxy.Fault;
import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.protocol.Maintenance.CollectRequest;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a blob come while it is being deleted: its deletion is held up on the way to a real S3 server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeletionIT {

    private S3Server s3;
    private FaultyProxy proxy;
    private TestServer server;
    private Device laptop;
    private VaultId vault;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        s3 = S3Server.start(data.resolve("s3"));
        proxy = FaultyProxy.to(s3.port());
        server = TestServer.start(data.resolve("server"), TestPostgres.newDatabase(), settings());
        laptop = server.anyone().register("laptop");
        vault = server.admin().vaultFor("shared", laptop);
    }

    private Map<String, Object> settings() {
        return Map.of(
                "blob-store",
                "s3://" + S3Server.BUCKET,
                "s3.endpoint",
                "http://127.0.0.1:" + proxy.port(),
                "s3.access-key",
                S3Server.ACCESS_KEY,
                "s3.secret-key",
                S3Server.SECRET_KEY,
                "gc.interval",
                "1d",
                "gc.lease",
                "1s",
                "gc.grace",
                "2s",
                "gc.unnamed",
                "1s");
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        proxy.close();
        s3.close();
    }

    @Test
    void aPutWaitsUntilTheBlobIsGoneAndStoresItAnew() throws Exception {
        byte[] bytes = bytes(1, 100_000);
        storedAgain(bytes, () -> put(bytes).expect(204));
    }

    @Test
    void theLastPartOfAnUploadWaitsUntilTheBlobIsGoneAndStoresItAnew() throws Exception {
        byte[] bytes = bytes(2, 100_000);
        storedAgain(bytes, () -> patch(bytes).expect(200));
    }

    private void storedAgain(byte[] bytes, Supplier<Response> send) throws Exception {
        put(bytes).expect(204);
        holdItsDeletion(bytes);

        CompletableFuture<Response> sent = CompletableFuture.supplyAsync(send);
        Await.until("the bytes wait", () -> sent.isDone() || isWaiting());
        assertThat(sent).isNotDone();
        proxy.release();

        sent.get(60, TimeUnit.SECONDS);
        name(bytes);
        assertThat(laptop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(bytes)))
                        .expect(200)
                        .bytes())
                .isEqualTo(bytes);
    }

    /** The others of the request would wait as well; the device sends this one by a PUT. */
    @Test
    void ofSeveralShortBlobsTheOneThatIsBeingDeletedIsRefusedAloneAndAtOnce() throws Exception {
        byte[] going = bytes(4, 10_000);
        byte[] other = bytes(5, 10_000);
        put(going).expect(204);
        holdItsDeletion(going);

        JsonNode results =
                laptop.api().postBlobs(vault, going, other).expect(200).json().path("results");

        assertThat(results.at("/0/status").asText()).isEqualTo("refused");
        assertThat(results.at("/0/code").asText()).isEqualTo("unavailable");
        assertThat(results.at("/1/status").asText()).isEqualTo("stored");
        name(other);
        proxy.release();
        put(going).expect(204);
        name(going);
    }

    @Test
    @Tag("long")
    void aDeletionThatDoesNotEndIsSaidAfterAWhile() throws Exception {
        byte[] bytes = bytes(3, 100_000);
        put(bytes).expect(204);
        holdItsDeletion(bytes);
        try {
            long begin = System.nanoTime();
            Response refused = put(bytes).expect(503);

            assertThat(refused.code()).isEqualTo("unavailable");
            assertThat(refused.text()).contains("being deleted");
            assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin))
                    .isBetween(19L, 30L);
        } finally {
            proxy.release();
        }
    }

    private void holdItsDeletion(byte[] bytes) throws Exception {
        proxy.next(1000, Fault.HELD, "DELETE /" + S3Server.BUCKET + "/blobs/" + Sha256.hash(bytes));
        Await.until("the blob's deletion is under way", () -> {
            server.admin().post("/v1/gc", new CollectRequest(false));
            return !proxy.hits().isEmpty();
        });
    }

    private boolean isWaiting() {
        return List.of(server.admin().get("/metrics").expect(200).text().split("\n"))
                .contains("tinysync_blob_uploads_waiting 1.0");
    }

    private Response put(byte[] bytes) {
        return laptop.api().putBlob(vault, Sha256.hash(bytes), bytes);
    }

    private Response patch(byte[] bytes) {
        return laptop.api()
                .send(laptop.api()
                        .request(ApiClient.blobPath(vault, Sha256.hash(bytes)) + "/upload")
                        .header("Upload-Offset", "0")
                        .header("Upload-Length", String.valueOf(bytes.length))
                        .method("PATCH", BodyPublishers.ofByteArray(bytes))
                        .build());
    }

    private void name(byte[] bytes) {
        JsonNode result = laptop.api()
                .mutate(vault, laptop.api().head(vault), ++requestNo, ApiClient.createFile("file " + requestNo, bytes))
                .expect(200)
                .json()
                .at("/results/0");
        assertThat(result.path("status").asText()).as("%s", result).isEqualTo("accepted");
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
