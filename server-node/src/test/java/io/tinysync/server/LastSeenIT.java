package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** When a device was last seen, which is written rarely. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LastSeenIT {

    private Database database;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        DatabaseAddress address = TestPostgres.newDatabase();
        // A device that is remembered is looked up, and seen, a few seconds later.
        server = TestServer.start(data, address, Map.of("remembered-access", 0));
        database = Database.open(address);
        sql("CREATE TABLE seen_writes (n INT)");
        sql("CREATE FUNCTION count_seen() RETURNS trigger LANGUAGE plpgsql AS "
                + "$$ BEGIN INSERT INTO seen_writes VALUES (1); RETURN NULL; END $$");
        sql("CREATE TRIGGER count_seen AFTER UPDATE OF last_seen_at ON devices "
                + "FOR EACH ROW EXECUTE FUNCTION count_seen()");
    }

    @AfterAll
    void stop() {
        database.close();
        server.close();
    }

    private void sql(String statement) {
        database.run(statements -> statements.update(statement));
    }

    private long writes() {
        return database.<Long>run(statements -> statements
                .first(row -> row.getLong(1), "SELECT count(*) FROM seen_writes")
                .orElseThrow());
    }

    private Instant lastSeen(Device device) {
        return Instant.parse(server.admin()
                .get("/v1/devices/" + device.id())
                .expect(200)
                .json()
                .path("last_seen_at")
                .asText());
    }

    @Test
    void itIsListedOnceTheDeviceHasAskedForSomething() {
        Device device = server.anyone().register("never seen");
        String path = "/v1/devices/" + device.id();
        assertThat(server.admin().get(path).json().has("last_seen_at")).isFalse();

        device.api().get("/v1/vaults").expect(200);

        assertThat(Duration.between(lastSeen(device), Instant.now()).abs()).isLessThan(Duration.ofMinutes(2));
        assertThat(server.admin().get("/v1/devices").json().path("devices").findValuesAsText("last_seen_at"))
                .isNotEmpty();
    }

    @Test
    void manyRequestsWriteItOnceAMinute() {
        Device device = server.anyone().register("busy");
        long before = writes();
        askAtOnce(device);
        assertThat(writes()).isEqualTo(before + 1);
        Instant first = lastSeen(device);
        askAtOnce(device);
        assertThat(lastSeen(device)).isEqualTo(first);

        sql("UPDATE devices SET last_seen_at = now() - interval '61 seconds' WHERE device_id = '" + device.id() + "'");
        long later = writes();
        askAtOnce(device);

        assertThat(writes()).isEqualTo(later + 1);
        assertThat(lastSeen(device)).isAfter(first.minusSeconds(1));
    }

    private static void askAtOnce(Device device) {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 32; i++) {
                threads.execute(() -> device.api().get("/v1/vaults").expect(200));
            }
        }
    }
}
