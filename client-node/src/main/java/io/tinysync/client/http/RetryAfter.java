package io.tinysync.client.http;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a server asks not to be asked again (RFC 9110 section 10.2.3, in its form of seconds). */
final class RetryAfter {

    /** What is longer would be a mistake. */
    private static final long MAX_SECONDS = 60;

    private RetryAfter() {}

    /** Empty if the failure is another, or the server did not say. */
    static Optional<Duration> of(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WebSocketHandshakeException refusal) {
                return of(refusal);
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> of(WebSocketHandshakeException refusal) {
        return asked(refusal.getResponse());
    }

    static Optional<Duration> asked(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,9}"))
                .map(text -> Duration.ofSeconds(Math.min(Long.parseLong(text), MAX_SECONDS)));
    }
}
