package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention and collection together: a content goes when the last that names it has gone, and not before. */
final class RetainedContentIT {

    /** With nothing of the log but its last entry only items and tombstones name contents. */
    private static final Map<String, Object> TRIMMED = Map.of("log-retention", "0s", "retention-interval", "50ms");

    /** From the first server on: a lease that one gave out binds all that come after it. */
    private static final Map<String, Object> COLLECTED =
            Map.of("gc.interval", "1d", "gc.lease", "1s", "gc.grace", "2s", "gc.unnamed", "1s");

    @TempDir
    private Path data;

    private DatabaseAddress database;
    private String token = "";
    private VaultId vault = new VaultId(new UUID(0, 0));
    private long requestNo;
    private int neverNamed;

    @BeforeEach
    void makeDatabase() throws Exception {
        database = TestPostgres.newDatabase();
    }

    private TestServer start(String tombstoneRetention) throws Exception {
        Map<String, Object> settings = new HashMap<>(COLLECTED);
        settings.putAll(TRIMMED);
        settings.put("tombstone-retention", tombstoneRetention);
        return TestServer.start(data, database, settings);
    }

    @Test
    void aDeletedFilesContentStaysWithinTheWindowAndGoesAfterThePurge() throws Exception {
        byte[] purged = bytes(1);
        byte[] restored = bytes(2);
        ItemId restorable = deletedBefore(purged, restored);
        try (TestServer server = start("90d")) {
            ApiClient device = onlyTombstonesName(server);
            collectAll(server);
            assertThat(file(purged)).exists();
            assertThat(file(restored)).exists();
            accepted(device, ApiClient.restore(restorable));
        }
        try (TestServer server = start("0s")) {
            ApiClient device = server.anyone().as(token);
            Await.until("the content of what was purged goes", () -> {
                // The entry that purges is kept for as long as it is the log's last one.
                accepted(device, ApiClient.createFolder("folder " + requestNo));
                Runs.collected(server.admin());
                return !Files.exists(file(purged));
            });
            collectAll(server);
            assertThat(device.get(ApiClient.blobPath(vault, Sha256.hash(restored)))
                            .expect(200)
                            .bytes())
                    .isEqualTo(restored);
            assertThat(Runs.verified(server.admin()).path("damaged").asLong()).isZero();
        }
    }

    /** A run that began before the file was deleted may have condemned what only its tombstone names by now. */
    @Test
    void aRestoreBetweenCondemnationAndDeletionKeepsTheContent() throws Exception {
        byte[] bytes = bytes(3);
        ItemId item = deletedBefore(bytes);
        try (TestServer server = start("90d")) {
            ApiClient device = onlyTombstonesName(server);
            condemn(bytes);

            accepted(device, ApiClient.restore(item));
            collectAll(server);

            assertThat(device.get(ApiClient.blobPath(vault, Sha256.hash(bytes)))
                            .expect(200)
                            .bytes())
                    .isEqualTo(bytes);
            accepted(device, ApiClient.createFile("named again", bytes));
        }
    }

    private void condemn(byte[] bytes) throws Exception {
        try (Database rows = Database.open(database)) {
            rows.run(statements -> statements.update("""
                    INSERT INTO blob_states (sha256, state, at) VALUES (?, 'condemned', now() - interval '1 day')
                    ON CONFLICT (sha256) DO UPDATE SET state = excluded.state, at = excluded.at""", Sha256.hash(bytes).toBytes()));
            rows.run(statements -> statements.update(
                    "DELETE FROM named_blobs WHERE sha256 = ?",
                    Sha256.hash(bytes).toBytes()));
        }
    }

    /** On a server that keeps everything; the last one's item. */
    private ItemId deletedBefore(byte[]... contents) throws Exception {
        ItemId last = ItemId.ROOT;
        try (TestServer server = TestServer.start(data, database, COLLECTED)) {
            Device device = server.anyone().register("device");
            vault = server.admin().vaultFor("vault", device);
            token = device.api().token();
            for (byte[] content : contents) {
                last = deleted(device.api(), content);
            }
            accepted(device.api(), ApiClient.createFolder("the last entry"));
        }
        return last;
    }

    /** Sends a content, names it and deletes what names it. */
    private ItemId deleted(ApiClient device, byte[] bytes) {
        device.putBlob(vault, Sha256.hash(bytes), bytes).expect(204);
        Op.CreateFile create = ApiClient.createFile(Sha256.hash(bytes).toString(), bytes);
        long seq = accepted(device, create).path("seq").asLong();
        accepted(device, ApiClient.delete(create.itemId(), seq));
        return create.itemId();
    }

    private JsonNode accepted(ApiClient device, Op op) {
        JsonNode result = device.mutate(vault, Cursor.START, ++requestNo, op)
                .expect(200)
                .json()
                .at("/results/0");
        assertThat(result.path("status").asText()).as("%s", result).isEqualTo("accepted");
        return result;
    }

    /** Returns when the entries that named contents are kept no longer. */
    private ApiClient onlyTombstonesName(TestServer server) throws Exception {
        Await.until("the log has its last entry alone", () -> {
            JsonNode status =
                    server.admin().get("/v1/vaults/" + vault).expect(200).json();
            return status.path("min_retained_seq").equals(status.path("head_seq"));
        });
        return server.anyone().as(token);
    }

    /** Collects until a content has gone that nothing named: with it went whatever else was free to go. */
    private void collectAll(TestServer server) throws Exception {
        byte[] control = bytes(1000 + ++neverNamed);
        server.anyone().as(token).putBlob(vault, Sha256.hash(control), control).expect(204);
        Await.until("what nothing names has gone", () -> {
            Runs.collected(server.admin());
            return !Files.exists(file(control));
        });
    }

    private Path file(byte[] bytes) {
        String name = Sha256.hash(bytes).toString();
        return data.resolve("blobs").resolve(name.substring(0, 2)).resolve(name);
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[10_000];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
