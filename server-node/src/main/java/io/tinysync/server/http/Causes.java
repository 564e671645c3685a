package io.tinysync.server.http;

import org.jspecify.annotations.Nullable;

/** What lies beneath an exception that streams and futures have wrapped. */
final class Causes {

    private Causes() {}

    /** Whether the exception or any of its causes is of the type. */
    static boolean contain(Throwable exception, Class<? extends Throwable> type) {
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
