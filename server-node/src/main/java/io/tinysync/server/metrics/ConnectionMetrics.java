package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections to this node's API. Thread-safe. */
public final class ConnectionMetrics {

    private final AtomicInteger open = new AtomicInteger();
    private final Map<Cut, Counter> cut = new EnumMap<>(Cut.class);

    /** For what a client let the server wait too long. */
    public enum Cut {
        /** The head of a request. */
        HEAD,
        /** A request's body. */
        BODY,
        /** That it takes an answer. */
        READER
    }

    ConnectionMetrics(MeterRegistry registry) {
        Gauge.builder("tinysync.http.connections", open, AtomicInteger::get).register(registry);
        for (Cut reason : Cut.values()) {
            cut.put(
                    reason,
                    registry.counter(
                            "tinysync.http.connections.cut",
                            "reason",
                            reason.name().toLowerCase(Locale.ROOT)));
        }
    }

    public void opened() {
        open.incrementAndGet();
    }

    /** Also one that became a socket. */
    public void closed() {
        open.decrementAndGet();
    }

    public void cut(Cut reason) {
        Objects.requireNonNull(cut.get(reason)).increment();
    }
}
