package io.tinysync.server.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What lies beneath an exception that streams and futures have wrapped. */
final class Causes {

    private Causes() {}

    /** The exception, or the first of its causes, that is of the type. */
    static <T extends Throwable> Optional<T> first(Throwable exception, Class<T> type) {
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    /** Whether the exception or any of its causes is of the type. */
    static boolean contain(Throwable exception, Class<? extends Throwable> type) {
        return first(exception, type).isPresent();
    }
}
