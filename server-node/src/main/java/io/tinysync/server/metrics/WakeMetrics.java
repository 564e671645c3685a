package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** The sockets of this node, and how soon they hear of commits. Thread-safe. */
public final class WakeMetrics {

    private final InstantSource clock = InstantSource.system();
    private final AtomicInteger sockets = new AtomicInteger();
    private final Timer fromHere;
    private final Timer fromElsewhere;

    WakeMetrics(MeterRegistry registry) {
        Gauge.builder("tinysync.wake.sockets", sockets, AtomicInteger::get).register(registry);
        fromHere = latency(registry, "this_node");
        fromElsewhere = latency(registry, "another_node");
    }

    private static Timer latency(MeterRegistry registry, String committedOn) {
        return Buckets.times("tinysync.wake").tag("committed_on", committedOn).register(registry);
    }

    public void socketsAre(int count) {
        sockets.set(count);
    }

    /**
     * A socket was handed a frame because of a commit.
     *
     * @param here whether the commit was on this node
     * @param committedAt by its node's clock; another node's may differ from this one's, and what is counted then differs as much
     */
    public void sent(boolean here, Instant committedAt) {
        Duration took = Duration.between(committedAt, clock.instant());
        (here ? fromHere : fromElsewhere).record(took.isNegative() ? Duration.ZERO : took);
    }
}
