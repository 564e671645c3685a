package io.tinysync.engine.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/** Tells the environment's failures, which are expected and repeated, from this program's own. */
final class Failures {

    private Failures() {}

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause(cause) : failure;
    }

    /** Logs a failure as what it is, and makes the report of it. */
    static Report report(Logger log, String what, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof DeviceStore.FailedException || cause instanceof ContentStore.NoSpaceException) {
            log.warn("{}: {}", what, cause.getMessage());
            return new Report.Broken(String.valueOf(cause.getMessage()));
        }
        boolean expected = cause instanceof IOException
                || cause instanceof UncheckedIOException
                || cause instanceof TimeoutException;
        String message = cause.getMessage();
        String why = what + ": "
                + (message == null || message.isBlank() ? cause.getClass().getSimpleName() : message);
        if (expected) {
            log.debug("{}", why);
            return new Report.Unreachable(why);
        }
        log.error(what, cause);
        return new Report.Broken(what + ": " + cause);
    }
}
