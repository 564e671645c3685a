package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.blob.FaultyProxy;
import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.startup.StartupException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server whose blobs are in a bucket of a real S3 server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3IT {

    private S3Server s3;
    private FaultyProxy proxy;
    private TestServer server;
    private Device laptop;
    private Device desktop;
    private VaultId vault;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        s3 = S3Server.start(data.resolve("s3"));
        proxy = FaultyProxy.to(s3.port());
        server = TestServer.start(data.resolve("server"), TestPostgres.newDatabase(), settings(S3Server.BUCKET));
        laptop = server.anyone().register("laptop");
        desktop = server.anyone().register("desktop");
        vault = server.admin().vaultFor("shared", laptop, desktop);
    }

    private Map<String, Object> settings(String bucket) {
        return new HashMap<>(Map.of(
                "blob-store",
                "s3://" + bucket,
                "s3.endpoint",
                "http://127.0.0.1:" + proxy.port(),
                "s3.region",
                "eu-central-1",
                "s3.access-key",
                S3Server.ACCESS_KEY,
                "s3.secret-key",
                S3Server.SECRET_KEY));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        proxy.close();
        s3.close();
    }

    @Test
    void whatOneDeviceSendsTheOtherReadsWholeInPartsAndByLeaves() {
        byte[] bytes = bytes(1, 7 * Leaves.LEAF_BYTES + 9);
        Sha256 id = Sha256.hash(bytes);
        laptop.api().putBlob(vault, id, bytes).expect(204);
        name("large", bytes);

        String path = ApiClient.blobPath(vault, id);
        assertThat(desktop.api().get(path).expect(200).bytes()).isEqualTo(bytes);
        Response part = desktop.api()
                .send(desktop.api()
                        .request(path)
                        .header("Range", "bytes=3000000-3000099")
                        .GET()
                        .build())
                .expect(206);
        assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(bytes, 3_000_000, 3_000_100));
        JsonNode leaves = desktop.api().get(path + "/leaves").expect(200).json().path("leaves");
        assertThat(leaves).hasSize(8);
        assertThat(leaves.get(7).asText())
                .isEqualTo(Sha256.hash(Arrays.copyOfRange(bytes, 7 << 20, bytes.length))
                        .toString());
    }

    @Test
    void theEmptyFileIsAFile() {
        laptop.api().putBlob(vault, Sha256.hash(new byte[0]), new byte[0]).expect(204);
        name("empty", new byte[0]);

        assertThat(desktop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(new byte[0])))
                        .expect(200)
                        .bytes())
                .isEmpty();
    }

    @Test
    void whileS3IsGoneRequestsAreToBeRepeatedAndAfterwardsTheyGoThrough() throws Exception {
        byte[] before = bytes(3, 100_000);
        laptop.api().putBlob(vault, Sha256.hash(before), before).expect(204);
        name("before", before);
        byte[] bytes = bytes(4, 100_000);
        Sha256 id = Sha256.hash(bytes);

        proxy.down(true);
        Response refused = laptop.api().putBlob(vault, id, bytes).expect(503);
        assertThat(refused.code()).isEqualTo("unavailable");
        assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(desktop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(before)))
                        .expect(503)
                        .code())
                .isEqualTo("unavailable");
        assertThat(laptop.api()
                        .mutate(vault, Cursor.START, ++requestNo, ApiClient.createFile("after", bytes))
                        .expect(200)
                        .json()
                        .at("/results/0/code")
                        .asText())
                .as("what was not acknowledged is not taken for there")
                .isEqualTo("blob_missing");
        name("before, again", before);

        proxy.down(false);
        laptop.api().putBlob(vault, id, bytes).expect(204);
        name("after", bytes);
        assertThat(desktop.api().get(ApiClient.blobPath(vault, id)).expect(200).bytes())
                .isEqualTo(bytes);
        assertThat(desktop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(before)))
                        .expect(200)
                        .bytes())
                .isEqualTo(before);
    }

    @Test
    void aBucketThatIsNotThereIsSaidAtTheStart(@TempDir Path data) {
        assertThatThrownBy(() -> TestServer.start(data, TestPostgres.newDatabase(), settings("no-such-bucket")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("s3://no-such-bucket");
    }

    @Test
    void shortBlobsGoThereAndComeFromThereTogether() throws Exception {
        byte[][] contents = new byte[40][];
        Arrays.setAll(contents, i -> bytes(50 + i, 100 * i));
        List<Sha256> ids = Stream.of(contents).map(Sha256::hash).toList();

        proxy.down(true);
        assertThat(laptop.api().postBlobs(vault, contents).expect(503).code()).isEqualTo("unavailable");
        proxy.down(false);
        JsonNode stored = laptop.api().postBlobs(vault, contents).expect(200).json();

        assertThat(stored.path("results"))
                .hasSize(40)
                .allMatch(result -> result.path("status").asText().equals("stored"));
        List<ShortBlob> read = BlobFrames.decode(
                ByteBuffer.wrap(laptop.api().readBlobs(vault, ids).expect(200).bytes()));
        assertThat(read).hasSize(40);
        for (int i = 0; i < contents.length; i++) {
            assertThat(read.get(i)).isEqualTo(new ShortBlob(ids.get(i), ByteBuffer.wrap(contents[i])));
        }
        proxy.down(true);
        assertThat(laptop.api().readBlobs(vault, ids).expect(200).bytes())
                .as("unknown, and no absence")
                .isEmpty();
        proxy.down(false);
    }

    private void name(String name, byte[] bytes) {
        JsonNode result = laptop.api()
                .mutate(vault, laptop.api().head(vault), ++requestNo, ApiClient.createFile(name, bytes))
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
