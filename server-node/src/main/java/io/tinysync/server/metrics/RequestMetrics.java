package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests to this node's API, and those that it sends on to other nodes. Thread-safe. */
public final class RequestMetrics {

    private static final Asked NOTHING = new Asked("none", "none");

    private final MeterRegistry registry;
    private final AtomicInteger inProgress = new AtomicInteger();
    private final Map<Answer, Timer> answers = new ConcurrentHashMap<>();
    private final Map<Forwarding, Counter> forwarded = new EnumMap<>(Forwarding.class);

    /** What became of a request that was sent on to the node of its vault. */
    public enum Forwarding {
        ANSWERED,
        /** The vault was not there any more, or the node not reachable: the vault is looked for again. */
        ELSEWHERE,
        /** It is not known whether the node has carried it out. */
        FAILED
    }

    private record Asked(String method, String route) {}

    private record Answer(Asked asked, int status) {}

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("tinysync.http.requests.in.progress", inProgress, AtomicInteger::get)
                .register(registry);
        for (Forwarding outcome : Forwarding.values()) {
            forwarded.put(
                    outcome,
                    registry.counter(
                            "tinysync.http.forwarded", "outcome", outcome.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** One request, from its arrival until its answer begins. */
    public final class Running {

        private final long began = System.nanoTime();
        private volatile Asked asked = NOTHING;

        private Running() {
            inProgress.incrementAndGet();
        }

        /**
         * Says what is asked for.
         *
         * @param route the template, never the path: there are few of these
         */
        public void isFor(String method, String route) {
            asked = new Asked(method, route);
        }

        /** Called once. */
        public void answered(int status) {
            inProgress.decrementAndGet();
            answers.computeIfAbsent(new Answer(asked, status), RequestMetrics.this::timer)
                    .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
    }

    public Running began() {
        return new Running();
    }

    private Timer timer(Answer answer) {
        return Buckets.answers("tinysync.http.requests")
                .tag("method", answer.asked().method())
                .tag("route", answer.asked().route())
                .tag("status", String.valueOf(answer.status()))
                .register(registry);
    }

    public void forwarded(Forwarding outcome) {
        Objects.requireNonNull(forwarded.get(outcome)).increment();
    }
}
