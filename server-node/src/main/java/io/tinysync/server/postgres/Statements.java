package io.tinysync.server.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SQL on one connection. Arguments are given for the question marks, in order; none may be null,
 * an empty Optional is NULL; an array of hashes, ids or numbers is one argument. For one thread at a time. */
public final class Statements {

    private final Connection connection;

    Statements(Connection connection) {
        this.connection = connection;
    }

    /** Makes a value of the row that a result set stands on. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Takes rows one by one; false ends the reading. */
    @FunctionalInterface
    public interface RowVisitor {
        boolean visit(ResultSet row) throws SQLException;
    }

    public <T> List<T> list(RowReader<T> reader, String sql, Object... arguments) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                rows.add(reader.read(result));
            }
        }
        return rows;
    }

    /** The first row; a column that is null makes the same as no row. */
    public <T> Optional<T> first(RowReader<T> reader, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? Optional.ofNullable(reader.read(result)) : Optional.empty();
        }
    }

    /** Reads rows as they come, a few at a time; only within a transaction does PostgreSQL hold back the rest. */
    public void visit(int fetchSize, RowVisitor visitor, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            statement.setFetchSize(fetchSize);
            try (ResultSet result = statement.executeQuery()) {
                boolean more = true;
                while (more && result.next()) {
                    more = visitor.visit(result);
                }
            }
        }
    }

    /** How many rows were changed. */
    public int update(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    /** The same statement for each list of arguments, in one batch. */
    public void updateAll(String sql, List<Object[]> argumentLists) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] arguments : argumentLists) {
                bind(statement, arguments);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            bind(statement, arguments);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private void bind(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, parameter(Objects.requireNonNull(arguments[i])));
        }
    }

    private @Nullable Object parameter(Object argument) throws SQLException {
        return switch (argument) {
            case byte[][] hashes -> connection.createArrayOf("bytea", hashes);
            case UUID[] ids -> connection.createArrayOf("uuid", ids);
            case Long[] numbers -> connection.createArrayOf("bigint", numbers);
            case Optional<?> perhaps -> perhaps.orElse(null);
            default -> argument;
        };
    }
}
