package io.tinysync.server;

import io.tinysync.server.postgres.DatabaseAddress;
import io.tinysync.server.postgres.EmbeddedPostgres;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One real PostgreSQL for all tests of a JVM; each test takes a database of its own. */
public final class TestPostgres {

    /** The XDG_CACHE_HOME of servers in tests: what is unpacked there is shared by all of them. */
    static final Path CACHE_HOME = Path.of("target", "cache").toAbsolutePath();

    /** Where such a server unpacks PostgreSQL. */
    public static final Path CACHE = CACHE_HOME.resolve("tinysync");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestPostgres() {}

    private static final class Holder {
        private static final EmbeddedPostgres POSTGRES = start();
    }

    /** An empty database that nobody else uses. */
    public static DatabaseAddress newDatabase() throws SQLException {
        DatabaseAddress address = Holder.POSTGRES.address();
        String name = "test" + NUMBER.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return address.withDatabase(name);
    }

    private static EmbeddedPostgres start() {
        try {
            Path directory = Files.createTempDirectory("tinysync-test-postgres");
            EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, CACHE);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres, directory)));
            return postgres;
        } catch (IOException | StartupException e) {
            throw new IllegalStateException("PostgreSQL for the tests did not start", e);
        }
    }

    private static void stop(EmbeddedPostgres postgres, Path directory) {
        try {
            postgres.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
