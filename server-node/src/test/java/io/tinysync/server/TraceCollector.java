package io.tinysync.server;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A collector of OpenTelemetry, as far as OTLP over HTTP asks for one: it keeps the spans that it is sent. */
final class TraceCollector implements AutoCloseable {

    private final HttpServer http;
    private final List<Received> spans = new ArrayList<>();

    /** A span and the node that sent it. */
    record Received(String node, Span span) {

        String traceId() {
            return hex(span.getTraceId());
        }

        String id() {
            return hex(span.getSpanId());
        }

        String parent() {
            return hex(span.getParentSpanId());
        }

        Optional<String> attribute(String key) {
            return value(span.getAttributesList(), key);
        }

        private static String hex(ByteString bytes) {
            return HexFormat.of().formatHex(bytes.toByteArray());
        }
    }

    TraceCollector() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/traces", this::receive);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void receive(HttpExchange exchange) throws IOException {
        boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream body = exchange.getRequestBody()) {
            add(ExportTraceServiceRequest.parseFrom(gzip ? new GZIPInputStream(body) : body));
        }
        byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        exchange.close();
    }

    private synchronized void add(ExportTraceServiceRequest request) {
        for (ResourceSpans sent : request.getResourceSpansList()) {
            String node = value(sent.getResource().getAttributesList(), "service.instance.id")
                    .orElse("");
            sent.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(new Received(node, span))));
        }
    }

    private static Optional<String> value(List<KeyValue> attributes, String key) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst();
    }

    /** All that came so far. */
    synchronized List<Received> spans() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
