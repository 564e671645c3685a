package io.tinysync.client.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * One connection to the store's file with its prepared statements. Confined to one thread at a time. Arguments are bound by their
 * type: {@code byte[]}, {@code Long}, {@code Integer}, {@code String} or null.
 */
final class Sql implements AutoCloseable {

    /** Reads one row; the cursor stands on it. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static final int BUSY_TIMEOUT_MILLIS = 10_000;

    /** Pages kept by a connection, negative: in KiB. Small, as the kernel caches the file too. */
    private static final int CACHE_KIB = -4 * 1024;

    /** Pages in the log before they are moved to the file: 16 MiB, so that a burst of small writes pays for that seldom. */
    private static final int CHECKPOINT_PAGES = 4096;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private Sql(Connection connection) {
        this.connection = connection;
    }

    /** Opens the file, and makes it if it is missing. */
    static Sql open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setCacheSize(CACHE_KIB);
        // The driver would ask for the last row's number after each insertion.
        config.setGetGeneratedKeys(false);
        Sql sql = new Sql(config.createConnection("jdbc:sqlite:" + file));
        sql.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        // Transactions begin and end by statements. In its own mode the driver tries to begin and end one after each of
        // them.
        sql.connection.setAutoCommit(false);
        sql.execute("COMMIT");
        return sql;
    }

    /** Runs a statement whose result, if any, does not matter; for those that are not repeated. */
    void execute(String statement) throws SQLException {
        try (var once = connection.createStatement()) {
            once.execute(statement);
        }
    }

    /** Changes rows; returns how many. */
    int update(String statement, @Nullable Object... arguments) throws SQLException {
        return fresh(statement, () -> bound(statement, arguments).executeUpdate());
    }

    <T> Optional<T> first(Row<T> reader, String query, @Nullable Object... arguments) throws SQLException {
        return fresh(query, () -> {
            try (ResultSet rows = bound(query, arguments).executeQuery()) {
                return rows.next() ? Optional.of(reader.read(rows)) : Optional.<T>empty();
            }
        });
    }

    <T> List<T> all(Row<T> reader, String query, @Nullable Object... arguments) throws SQLException {
        return fresh(query, () -> {
            List<T> found = new ArrayList<>();
            try (ResultSet rows = bound(query, arguments).executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return found;
        });
    }

    /** Gives the rows one by one until there are no more, or the query fails; what was given by then stays given. */
    <T> void each(Row<T> reader, Consumer<T> to, String query) throws SQLException {
        try (ResultSet rows = bound(query).executeQuery()) {
            while (rows.next()) {
                to.accept(reader.read(rows));
            }
        }
    }

    private interface Use<T> {
        T of() throws SQLException;
    }

    /**
     * Prepares a statement anew after it failed: on some failures, a full disk among them, the driver ends the prepared one for
     * good, and a COMMIT that is kept and fails for ever would stop the store until the next start.
     */
    private <T> T fresh(String text, Use<T> use) throws SQLException {
        try {
            return use.of();
        } catch (SQLException e) {
            PreparedStatement failed = statements.remove(text);
            if (failed != null) {
                closeQuietly(failed);
            }
            throw e;
        }
    }

    private static void closeQuietly(PreparedStatement failed) {
        try {
            failed.close();
        } catch (SQLException e) {
            // The driver has closed what there was.
        }
    }

    private PreparedStatement bound(String text, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            statements.put(text, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        connection.close();
    }
}
