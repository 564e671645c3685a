package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import io.tinysync.server.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To a database that knows nothing of a store's blobs they are all unreachable: it must not come near them. */
final class StoreOwnerIT {

    private static final byte[] BYTES = {1, 2, 3};

    @TempDir
    private Path data;

    private Path blobs = Path.of("");
    private Path owner = Path.of("");
    private DatabaseAddress database;

    @BeforeEach
    void makeDatabase() throws Exception {
        database = TestPostgres.newDatabase();
        blobs = data.resolve("blobs");
        owner = blobs.resolve("owner");
        try (TestServer server = start(database)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            device.api().putBlob(vault, Sha256.hash(BYTES), BYTES).expect(204);
            device.api()
                    .mutate(vault, Cursor.START, 1, ApiClient.createFile("named", BYTES))
                    .expect(200);
        }
    }

    private TestServer start(DatabaseAddress of) throws Exception {
        return TestServer.start(data, of, Map.of("blob-store", "file:" + blobs));
    }

    @Test
    void aStoreIsItsDatabasesAlone() throws Exception {
        DatabaseAddress other = TestPostgres.newDatabase();

        assertThatThrownBy(() -> start(other))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("file:" + blobs)
                .hasMessageContaining("another database");

        start(database).close();
    }

    /** As where the disk with the blobs is not mounted. */
    @Test
    void anotherStoreThanTheOneThatTheDatabaseKnowsIsNone() throws Exception {
        Path elsewhere = data.resolve("elsewhere");
        Files.move(blobs, elsewhere);

        assertThatThrownBy(() -> start(database))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("file:" + blobs)
                .hasMessageContaining("mounted");

        Files.move(blobs, data.resolve("made by the start"));
        Files.move(elsewhere, blobs);
        start(database).close();
    }

    @Test
    void aStoreThatChangesHandsWhileTheServerRunsIsLeftAlone() throws Exception {
        try (TestServer server = start(database)) {
            Files.writeString(owner, "01a2b3c4-0000-7000-8000-000000000000\n");

            server.admin().post("/v1/gc", Map.of("dry_run", false)).expect(202);

            Await.until(
                    "the run has failed",
                    () -> server.admin()
                            .get("/v1/gc")
                            .json()
                            .path("state")
                            .asText()
                            .equals("failed"));
            assertThat(server.admin().get("/v1/gc").json().path("failure").asText())
                    .contains("another database");
        }
    }

    @Test
    void aClaimThatWasCutShortIsMadeGoodAtTheNextStart() throws Exception {
        Files.delete(owner);
        try (Database rows = Database.open(database)) {
            rows.run(statements -> statements.update("UPDATE blob_store SET claimed = FALSE"));
        }

        start(database).close();

        assertThat(owner).isNotEmptyFile();
        start(database).close();
    }
}
