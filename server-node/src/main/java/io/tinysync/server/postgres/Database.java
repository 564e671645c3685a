package io.tinysync.server.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.startup.StartupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The pool of connections to the server's database. Calls block; make them on virtual threads. */
public final class Database implements AutoCloseable {

    /** More would only queue inside PostgreSQL, and the journal has a pool of its own beside this one. */
    private static final int MAX_CONNECTIONS = 16;

    /** A request that gets no connection for so long is answered "unavailable". */
    private static final long CONNECTION_TIMEOUT_MS = 5_000;

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Work on one connection. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Statements statements) throws SQLException;
    }

    /** Connects, refuses a database that does not keep what it has acknowledged, and brings the schema up to date. */
    public static Database open(DatabaseAddress address) throws StartupException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("tinysync");
        config.setJdbcUrl(address.jdbcUrl());
        if (!address.user().isEmpty()) {
            config.setUsername(address.user());
            config.setPassword(address.password());
        }
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        config.addDataSourceProperty("ApplicationName", "tinysync");
        try {
            Database database = new Database(new HikariDataSource(config));
            database.prepare(address);
            return database;
        } catch (RuntimeException e) {
            throw new StartupException("cannot use the database at " + address + ": " + reason(e), e);
        }
    }

    /** Has the pool counted from now on. */
    public void countBy(Metrics metrics) {
        metrics.watch(pool);
    }

    private void prepare(DatabaseAddress address) throws StartupException {
        try {
            checkDurability();
            checkEncoding();
            Flyway.configure().dataSource(pool).load().migrate();
        } catch (StartupException | FlywayException e) {
            pool.close();
            throw e;
        } catch (DatabaseException e) {
            pool.close();
            throw new StartupException("cannot use the database at " + address + ": " + reason(e), e);
        }
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
    }

    /** What was acknowledged must survive a power loss; a database set otherwise would break that promise without a word. */
    private void checkDurability() throws StartupException {
        for (var required : Map.of(
                        "fsync", List.of("on"),
                        "full_page_writes", List.of("on"),
                        "synchronous_commit", List.of("on", "remote_apply", "remote_write", "local"))
                .entrySet()) {
            String actual = setting(required.getKey());
            if (!required.getValue().contains(actual)) {
                throw new StartupException("the database has " + required.getKey() + " = " + actual
                        + ", with which it may lose what it has acknowledged");
            }
        }
    }

    /** Names are of any characters; of an entry with one that the database lacks no table could take the name. */
    private void checkEncoding() throws StartupException {
        String actual = setting("server_encoding");
        if (!actual.equals("UTF8")) {
            throw new StartupException("the database has the encoding " + actual + ", and must have UTF8");
        }
    }

    private String setting(String name) {
        return run(statements -> statements.first(row -> row.getString(1), "SELECT current_setting(?)", name))
                .orElseThrow();
    }

    /** Runs single statements, each in a transaction of its own. */
    public <T> T run(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.run(new Statements(connection));
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** Runs statements that take effect together or not at all; read committed. */
    public <T> T transact(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(new Statements(connection));
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** A connection that is gone cannot roll back either, and why the work failed is what counts. */
    private static void rollBack(Connection connection, Exception why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
