package io.tinysync.server.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts spans, and tells of them in the form of W3C Trace Context. While tracing is off all spans are void. Thread-safe. */
public final class Tracing implements AutoCloseable {

    /** The header, and the only field of it that is passed on. */
    public static final String TRACEPARENT = "traceparent";

    private final Tracer tracer;
    private final Runnable stop;

    private Tracing(OpenTelemetry telemetry, Runnable stop) {
        this.tracer = telemetry.getTracer("io.tinysync.server");
        this.stop = stop;
    }

    /**
     * Has spans sent to the collector, if there is one.
     *
     * @param node what this node is called there
     */
    public static Tracing start(TracingSettings settings, String node) {
        return settings.collector()
                .map(collector -> Sending.to(collector, settings.share(), node))
                .map(sending -> new Tracing(sending.telemetry(), sending::stop))
                .orElseGet(() -> new Tracing(OpenTelemetry.noop(), () -> {}));
    }

    /** A request that has come, as a part of the trace that it names. */
    public Span request(String method, Optional<String> traceparent) {
        return tracer.spanBuilder(method)
                .setParent(context(traceparent))
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
    }

    /** A call of another node, as a part of what this thread does. */
    public Span call(String name) {
        return tracer.spanBuilder(name).setSpanKind(SpanKind.CLIENT).startSpan();
    }

    /** A part of what this thread does. */
    public Span part(String name) {
        return tracer.spanBuilder(name).startSpan();
    }

    /** A part of what is done elsewhere. */
    public Span partOf(String traceparent, String name) {
        return tracer.spanBuilder(name)
                .setParent(context(Optional.of(traceparent)))
                .startSpan();
    }

    /** As {@link #partOf}, of something that has begun before. */
    public Span partOf(String traceparent, String name, Instant began) {
        return tracer.spanBuilder(name)
                .setParent(context(Optional.of(traceparent)))
                .setStartTimestamp(began)
                .startSpan();
    }

    /** How to name a span elsewhere, also one whose trace is not recorded; empty if it is void. */
    public static Optional<String> traceparent(Span span) {
        if (!span.getSpanContext().isValid()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        W3CTraceContextPropagator.getInstance()
                .inject(Context.root().with(span), fields, (map, key, value) -> fields.put(key, value));
        return Optional.ofNullable(fields.get(TRACEPARENT));
    }

    private static Context context(Optional<String> traceparent) {
        return traceparent
                .map(text -> W3CTraceContextPropagator.getInstance().extract(Context.root(), text, Tracing::field))
                .orElseGet(Context::root);
    }

    /** Sends what has not been sent yet. */
    @Override
    public void close() {
        stop.run();
    }

    /** Of fields of which there is only the one. */
    private static @Nullable String field(@Nullable String traceparent, String key) {
        return key.equals(TRACEPARENT) ? traceparent : null;
    }
}
