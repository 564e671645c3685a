package io.tinysync.server.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Sends spans to a collector, in batches and behind the requests; what cannot be sent is dropped. The one place that knows the SDK. */
record Sending(OpenTelemetrySdk sdk) {

    private static final long LAST_SECONDS = 5;

    /** @param share of the traces that begin here */
    static Sending to(URI collector, double share, String node) {
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "tinysync-server",
                        AttributeKey.stringKey("service.instance.id"),
                        node)));
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(collector + "/v1/traces")
                .build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(share)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build();
        return new Sending(
                OpenTelemetrySdk.builder().setTracerProvider(provider).build());
    }

    OpenTelemetry telemetry() {
        return sdk;
    }

    /** Sends the rest, for a limited time. */
    void stop() {
        sdk.shutdown().join(LAST_SECONDS, TimeUnit.SECONDS);
    }
}
