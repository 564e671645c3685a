package io.tinysync.server.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientException;

/** The database could not do what it was asked: a failure, which says nothing about what was asked for. */
public final class DatabaseException extends RuntimeException {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private final String state;
    private final boolean passing;

    DatabaseException(SQLException cause) {
        super(cause);
        this.state = String.valueOf(cause.getSQLState());
        this.passing = cause instanceof SQLTransientException || isPassing(state);
    }

    /** Classes of SQLSTATE: connection, transaction rollback, resources, a lock not to be had, operator intervention, system error. */
    private static boolean isPassing(String state) {
        return state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("53")
                || state.startsWith("55")
                || state.startsWith("57")
                || state.startsWith("58");
    }

    /** Whether the same may succeed later. */
    public boolean isPassing() {
        return passing;
    }

    /** A row with this key is there already. */
    public boolean isDuplicate() {
        return state.equals(UNIQUE_VIOLATION);
    }

    /** A row that this one refers to is not there. */
    public boolean isDangling() {
        return state.equals(FOREIGN_KEY_VIOLATION);
    }
}
