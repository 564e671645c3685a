package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server whose PostgreSQL cannot serve for a while: each request is told so and when to come again, nothing that was acknowledged
 * is lost, nothing takes effect twice, and when it is over nobody has to do anything.
 */
final class DatabaseFaultsIT {

    /** More than PostgreSQL has. */
    private static final int CONNECTIONS = 200;

    @TempDir
    private Path data;

    private DatabaseAddress direct = new DatabaseAddress("", "", "");
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final List<OpId> acknowledged = new ArrayList<>();
    private long requestNo;

    private record World(FaultyLink link, Database database, ApiClient api, ApiClient anyone, VaultId vault) {}

    private World world = nothing();

    @SuppressWarnings("NullAway") // Until the test begins.
    private static World nothing() {
        return null;
    }

    @BeforeEach
    void start() throws Exception {
        direct = TestPostgres.newDatabase();
        URI url = URI.create(direct.url());
        FaultyLink link = started(new FaultyLink(url.getPort()));
        DatabaseAddress linked =
                DatabaseAddress.parse(direct.url().replace(":" + url.getPort() + "/", ":" + link.port() + "/"));
        TestServer server = started(TestServer.start(data, linked, Map.of()));
        Device device = server.anyone().register("device");
        VaultId vault = server.admin().vaultFor("vault", device);
        world = new World(link, started(Database.open(direct)), device.api(), server.anyone(), vault);
        for (int i = 0; i < 5; i++) {
            assertThat(write()).isEqualTo(200);
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        parts.addFirst(part);
        return part;
    }

    @AfterEach
    void stop() throws Exception {
        world.link().mend();
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @Test
    void itIsRestarted() throws Exception {
        world.link().cut();
        assertUnavailable();
        assertThat(world.link().hits()).isPositive();
        world.link().mend();

        assertAllIsWell();
    }

    /** Only the answers to the server are late, for longer than any request waits. */
    @Test
    @Tag("long")
    void itHangs() throws Exception {
        world.link().stall();
        assertUnavailable();
        assertThat(world.link().hits()).isPositive();
        world.link().mend();

        assertAllIsWell();
    }

    @Test
    void itsDiskIsFull() throws Exception {
        run("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN RAISE EXCEPTION ''no space left on device'' USING ERRCODE = ''disk_full''; END'");
        run("CREATE TRIGGER full_disk BEFORE INSERT ON event_journal EXECUTE FUNCTION full_disk()");
        assertUnavailableToWriters();
        assertThat(world.api().log(world.vault(), Cursor.START, 10).status()).isEqualTo(200);
        run("DROP TRIGGER full_disk ON event_journal");

        assertAllIsWell();
    }

    @Test
    void itHasNoConnectionLeft() throws Exception {
        List<Connection> taken = new ArrayList<>(List.of(take()));
        world.database().close();
        Await.until("the server has no connection and gets none", () -> {
            boolean none = endTheServers(taken.getFirst()) == 0;
            takeAll(taken);
            return none;
        });
        assertUnavailable();
        for (Connection connection : taken) {
            connection.close();
        }

        assertAllIsWell();
    }

    /** As superuser, so that not even those in reserve are left. */
    private void takeAll(List<Connection> taken) {
        try {
            while (taken.size() < CONNECTIONS) {
                taken.add(take());
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("53300");
        }
    }

    private Connection take() throws SQLException {
        return DriverManager.getConnection(
                direct.jdbcUrl() + "&ApplicationName=taker", direct.user(), direct.password());
    }

    /** How many there were. */
    private static int endTheServers(Connection connection) throws SQLException {
        int count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet ended = statement.executeQuery("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name <> 'taker'")) {
            while (ended.next()) {
                count++;
            }
        }
        return count;
    }

    private void run(String sql) {
        world.database().run(statements -> statements.update(sql));
    }

    /** The status; what was accepted is noted. */
    private int write() {
        Op op = ApiClient.createFolder("folder " + ++requestNo);
        Response response = world.api().mutate(world.vault(), Cursor.START, requestNo, op);
        if (response.status() == 200) {
            acknowledged.add(op.opId());
        }
        return response.status();
    }

    private void assertUnavailable() throws Exception {
        assertUnavailableToWriters();
        assertProblem(world.api().log(world.vault(), Cursor.START, 10));
        assertProblem(world.anyone().get("/ready"));
    }

    private void assertUnavailableToWriters() {
        for (int i = 0; i < 2; i++) {
            Op op = ApiClient.createFolder("refused " + ++requestNo);
            assertProblem(world.api().mutate(world.vault(), Cursor.START, requestNo, op));
        }
    }

    private static void assertProblem(Response response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.code()).isEqualTo("unavailable");
        assertThat(response.header("Retry-After")).isNotEmpty();
    }

    private void assertAllIsWell() throws Exception {
        Await.until("writes are accepted again", () -> write() == 200);
        LogPage page = Json.readLogPage(
                world.api().log(world.vault(), Cursor.START, 1000).expect(200).bytes(), Cursor.START);
        List<OpId> logged = new ArrayList<>();
        page.entries().forEach(entry -> {
            OpId op = entry.opId();
            if (op != null) {
                logged.add(op);
            }
        });
        assertThat(logged).containsAll(acknowledged).doesNotHaveDuplicates();
        // A look that began before the database was back may still be under way.
        Await.until(
                "the server is ready again", () -> world.anyone().get("/ready").status() == 200);
    }
}
