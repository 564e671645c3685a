package io.tinysync.client.store;

import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.DeviceStore;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;

/**
 * The store could not do what was asked; the transaction, if there was one, has changed nothing. The cause is a
 * {@link NoSpaceException} where the disk is full.
 */
public final class StoreException extends DeviceStore.FailedException {

    private static final int PRIMARY_CODE = 0xff;
    private static final Set<Integer> DAMAGED =
            Set.of(SQLiteErrorCode.SQLITE_CORRUPT.code, SQLiteErrorCode.SQLITE_NOTADB.code);

    StoreException(String what, IOException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }

    static StoreException of(String what, SQLException failure) {
        if (isDamage(failure)) {
            return new StoreException(what + ", its file is damaged", new IOException(failure));
        }
        return new StoreException(what, isDiskFull(failure) ? noSpace(failure) : new IOException(failure));
    }

    /** Whether the file does not hold what SQLite wrote to it. */
    static boolean isDamage(SQLException failure) {
        return DAMAGED.contains(failure.getErrorCode() & PRIMARY_CODE);
    }

    private static boolean isDiskFull(SQLException failure) {
        return (failure.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    private static NoSpaceException noSpace(SQLException failure) {
        NoSpaceException noSpace = new NoSpaceException("No space left on device: " + failure.getMessage());
        noSpace.initCause(failure);
        return noSpace;
    }
}
