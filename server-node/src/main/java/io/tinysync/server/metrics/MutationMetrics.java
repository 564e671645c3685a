package io.tinysync.server.metrics;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.RejectionCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What devices ask of the vaults of this node, and what they are answered. Thread-safe. */
public final class MutationMetrics {

    private static final JsonSubTypes.Type[] KINDS =
            Op.class.getAnnotation(JsonSubTypes.class).value();

    private final MeterRegistry registry;
    private final Map<Class<?>, Kind> kinds = new HashMap<>();

    MutationMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (JsonSubTypes.Type type : KINDS) {
            kinds.put(type.value(), new Kind(type.name()));
        }
    }

    /** One kind of op, by its name on the wire. */
    private final class Kind {

        private final String name;
        private final Timer latency;
        private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();

        Kind(String name) {
            this.name = name;
            this.latency = Buckets.times("tinysync.mutation").tag("kind", name).register(registry);
        }

        void answered(@Nullable RejectionCode code, Duration took) {
            latency.record(took);
            outcomes.computeIfAbsent(code == null ? "accepted" : code.toString(), this::outcome)
                    .increment();
        }

        private Counter outcome(String outcome) {
            return registry.counter("tinysync.mutations", "kind", name, "outcome", outcome);
        }
    }

    /**
     * A request's ops were answered.
     *
     * @param took from when the request's body was there
     */
    public void answered(List<Op> ops, MutationsReply reply, Duration took) {
        for (int i = 0; i < ops.size(); i++) {
            OpResult result = reply.results().get(i);
            Objects.requireNonNull(kinds.get(ops.get(i).getClass())).answered(result.code(), took);
        }
    }
}
