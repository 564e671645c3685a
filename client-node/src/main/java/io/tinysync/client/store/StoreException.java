package io.tinysync.client.store;

import io.tinysync.engine.device.ContentStore.NoSpaceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/**
 * The store could not do what was asked; the transaction, if there was one, has changed nothing. The cause is a
 * {@link NoSpaceException} where the disk is full.
 */
public final class StoreException extends UncheckedIOException {

    private static final int PRIMARY_CODE = 0xff;

    StoreException(String what, IOException cause) {
        super(what + ": " + cause.getMessage(), cause);
    }

    static StoreException of(String what, SQLException failure) {
        return new StoreException(what, isDiskFull(failure) ? noSpace(failure) : new IOException(failure));
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
