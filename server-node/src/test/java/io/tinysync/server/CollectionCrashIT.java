package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.blob.FaultyProxy;
import io.tinysync.engine.blob.FaultyProxy.Fault;
import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Maintenance.CollectRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server process is killed while its collection deletes: nothing that is named is missing, and the next start goes on by itself. */
final class CollectionCrashIT {

    private static final String TIMES = "gc.lease = 1s, gc.grace = 2s, gc.unnamed = 1s, ";
    private static final String COLLECTS_WHEN_ASKED = TIMES + "gc.interval = 1d";
    private static final String COLLECTS_BY_ITSELF = TIMES + "gc.interval = 1s";

    private static final int NAMED = 20;

    /** So many that their deletion takes long enough to be hit. */
    private static final int ABANDONED = 300;

    private static final int ABANDONED_IN_S3 = 20;

    @TempDir
    private Path directory;

    private DatabaseAddress database;
    private String token = "";
    private VaultId vault = new VaultId(new UUID(0, 0));
    private long requestNo;

    @BeforeEach
    void makeDatabase() throws Exception {
        database = TestPostgres.newDatabase();
    }

    @Test
    void onAFileSystem() throws Exception {
        Path blobs = directory.resolve("data/blobs");
        try (ServerProcess server = start(COLLECTS_WHEN_ASKED)) {
            fill(server, ABANDONED);
            long all = count(blobs);
            assertThat(all).isEqualTo(NAMED + ABANDONED);
            Await.until("blobs are being deleted", () -> {
                server.admin().post("/v1/gc", new CollectRequest(false));
                return count(blobs) < all;
            });
            server.kill();
        }
        assertThat(count(blobs)).as("the kill hit the deletions").isGreaterThan(NAMED + 1);

        try (ServerProcess server = start(COLLECTS_BY_ITSELF)) {
            nothingIsMissing(server);
            fiveMinutesPass();
            Await.until("the collection has ended its work", () -> count(blobs) == NAMED);
            nothingIsMissing(server);
        }
    }

    /** The request that deletes a blob is on its way, and reaches the S3 server only when the one that sent it is dead. */
    @Test
    void inABucket() throws Exception {
        Path bucket = directory.resolve("s3").resolve(S3Server.BUCKET).resolve("blobs");
        try (S3Server s3 = S3Server.start(directory.resolve("s3"));
                FaultyProxy proxy = FaultyProxy.to(s3.port())) {
            byte[] last;
            try (ServerProcess server = start(COLLECTS_WHEN_ASKED + inBucket(proxy))) {
                fill(server, ABANDONED_IN_S3);
                proxy.next(1, Fault.HELD, "DELETE /" + S3Server.BUCKET + "/blobs/");
                Await.until("a blob's deletion is on its way", () -> {
                    server.admin().post("/v1/gc", new CollectRequest(false));
                    return !proxy.hits().isEmpty();
                });
                server.kill();
            }
            last = abandoned(proxy.hits().getFirst());
            assertThat(count(bucket)).isEqualTo(NAMED + ABANDONED_IN_S3);

            try (ServerProcess server = start(COLLECTS_BY_ITSELF + inBucket(proxy))) {
                nothingIsMissing(server);
                proxy.release();
                Await.until("the late request takes effect", () -> count(bucket) < NAMED + ABANDONED_IN_S3);
                fiveMinutesPass();
                send(server, last);
                accepted(server, ApiClient.createFile("sent again", last));
                Await.until("the collection has ended its work", () -> count(bucket) == NAMED + 1);
                nothingIsMissing(server);
            }
        }
    }

    private ServerProcess start(String settings) throws IOException {
        Path config = Files.writeString(directory.resolve("server.conf"), "tinysync.server { " + settings + " }");
        return ServerProcess.start(
                directory.resolve("data"), List.of(), "--config", config.toString(), "--database-url", database.url());
    }

    private static String inBucket(FaultyProxy proxy) {
        return ", blob-store = \"s3://%s\", s3 { endpoint = \"http://127.0.0.1:%d\", access-key = \"%s\", secret-key = \"%s\" }"
                .formatted(S3Server.BUCKET, proxy.port(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
    }

    /** Contents that are named, and others that never are. */
    private void fill(ServerProcess server, int abandoned) {
        Device device = server.anyone().register("device");
        token = device.api().token();
        vault = server.admin().vaultFor("vault", device);
        for (int i = 0; i < NAMED; i++) {
            send(server, bytes(i));
            accepted(server, ApiClient.createFile("file " + i, bytes(i)));
        }
        for (int i = 0; i < abandoned; i++) {
            send(server, bytes(NAMED + i));
        }
    }

    /** The bytes of the blob that a request deletes. */
    private static byte[] abandoned(String request) {
        return Stream.iterate(NAMED, i -> i + 1)
                .limit(ABANDONED_IN_S3)
                .map(CollectionCrashIT::bytes)
                .filter(bytes -> request.contains(Sha256.hash(bytes).toString()))
                .findFirst()
                .orElseThrow();
    }

    private void send(ServerProcess server, byte[] bytes) {
        api(server).putBlob(vault, Sha256.hash(bytes), bytes).expect(204);
    }

    private void accepted(ServerProcess server, Op op) {
        JsonNode result = api(server)
                .mutate(vault, Cursor.START, ++requestNo, op)
                .expect(200)
                .json()
                .at("/results/0");
        assertThat(result.path("status").asText()).as("%s", result).isEqualTo("accepted");
    }

    private ApiClient api(ServerProcess server) {
        return server.anyone().as(token);
    }

    private void nothingIsMissing(ServerProcess server) throws Exception {
        JsonNode report = Runs.verified(server.admin());
        assertThat(report.path("blobs").asLong()).isGreaterThanOrEqualTo(NAMED);
        assertThat(report.path("damaged").asLong()).as("%s", report).isZero();
        for (int i = 0; i < NAMED; i++) {
            assertThat(api(server)
                            .get(ApiClient.blobPath(vault, Sha256.hash(bytes(i))))
                            .expect(200)
                            .bytes())
                    .isEqualTo(bytes(i));
        }
    }

    /** For the deletions that the killed server had begun: by then none of its requests can be on its way any more. */
    private void fiveMinutesPass() throws Exception {
        try (Database rows = Database.open(database)) {
            rows.run(statements -> statements.update(
                    "UPDATE blob_states SET at = at - interval '6 minutes' WHERE state = 'deleting'"));
        }
    }

    /** Those in the folder and in its folders; what goes meanwhile is no error. */
    private static long count(Path blobs) {
        return Stream.concat(Stream.of(blobs), names(blobs).map(blobs::resolve))
                .flatMap(CollectionCrashIT::names)
                .filter(name -> name.matches("[0-9a-f]{64}"))
                .count();
    }

    private static Stream<String> names(Path folder) {
        return Stream.of(Objects.requireNonNullElse(folder.toFile().list(), new String[0]));
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[1000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
