package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** How devices fared that came with a pairing code. Thread-safe. */
public final class PairingMetrics {

    private final Counter joined;
    private final Counter refused;
    private final Counter limited;

    PairingMetrics(MeterRegistry registry) {
        joined = counter(registry, "joined");
        refused = counter(registry, "refused");
        limited = counter(registry, "limited");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return registry.counter("tinysync.pairings", "outcome", outcome);
    }

    public void joined() {
        joined.increment();
    }

    /** The code was not good. */
    public void refused() {
        refused.increment();
    }

    /** The code was not looked at, since too many were tried. */
    public void limited() {
        limited.increment();
    }
}
