package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** How it was found out what devices may. Thread-safe. */
public final class AccessMetrics {

    private final Counter remembered;
    private final Counter lookedUp;

    AccessMetrics(MeterRegistry registry) {
        remembered = registry.counter("tinysync.access", "source", "memory");
        lookedUp = registry.counter("tinysync.access", "source", "postgres");
    }

    public void remembered() {
        remembered.increment();
    }

    public void lookedUp() {
        lookedUp.increment();
    }
}
