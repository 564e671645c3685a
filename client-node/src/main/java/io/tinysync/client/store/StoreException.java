package io.tinysync.client.store;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** The store could not do what was asked; the transaction, if there was one, has changed nothing. */
public final class StoreException extends RuntimeException {

    private static final int PRIMARY_CODE = 0xff;

    private final boolean diskFull;

    StoreException(String what, SQLException cause) {
        super(what + ": " + cause.getMessage(), cause);
        diskFull = (cause.getErrorCode() & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    StoreException(String what, Exception cause) {
        super(what + ": " + cause.getMessage(), cause);
        diskFull = false;
    }

    /** Whether there was no space left on the disk. */
    public boolean isDiskFull() {
        return diskFull;
    }
}
