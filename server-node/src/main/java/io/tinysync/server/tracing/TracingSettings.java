package io.tinysync.server.tracing;

import com.typesafe.config.Config;
import java.net.URI;
import java.util.Optional;

/**
 * Whether requests are traced.
 *
 * @param collector of OpenTelemetry, by OTLP over HTTP; empty if nothing is traced
 * @param percent of the requests that are no part of a trace already
 */
public record TracingSettings(Optional<URI> collector, int percent) {

    private static final int ALL = 100;

    public TracingSettings {
        if (percent < 0 || percent > ALL) {
            throw new IllegalArgumentException("tracing.percent must be 0 to 100, not " + percent);
        }
    }

    /**
     * Reads the section {@code tracing}.
     *
     * @throws IllegalArgumentException if a value is not of its form
     */
    public static TracingSettings read(Config tracing) {
        String endpoint = tracing.getString("endpoint").strip().replaceAll("/+$", "");
        return new TracingSettings(
                endpoint.isEmpty() ? Optional.empty() : Optional.of(url(endpoint)), tracing.getInt("percent"));
    }

    private static URI url(String text) {
        if (!text.matches("https?://[^/?#]+(/[^?#]*)?")) {
            throw new IllegalArgumentException("tracing.endpoint must be http(s)://HOST:PORT, not '" + text + "'");
        }
        return URI.create(text);
    }

    double share() {
        return (double) percent / ALL;
    }
}
