package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.TraceCollector.Received;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces, as a collector receives them from real nodes. */
final class TracingIT {

    private static final String CALLER = "b7ad6b7169203331";

    /** So many that each node has some. */
    private static final int VAULTS = 6;

    private static final String ROUTE = "POST /v1/vaults/{vault_id}/mutations";

    @TempDir
    private Path data;

    @Test
    void aMutationIsOneTraceOverTwoNodesFromTheRequestToTheCommitAndTheWake() throws Exception {
        try (TraceCollector collector = new TraceCollector()) {
            try (TestCluster cluster =
                    TestCluster.start(data, 2, Map.of("tracing.endpoint", collector.url(), "tracing.percent", 0))) {
                Device device = cluster.node(0).anyone().register("device");
                awaitAcquaintance(cluster, device);
                for (int i = 0; i < VAULTS; i++) {
                    Device alone = cluster.node(1).anyone().register("listener " + i);
                    VaultId vault = cluster.node(0).admin().vaultFor("vault " + i, device, alone);
                    try (WakeListener listener =
                            WakeListener.connect(cluster.node(1).url(), alone)) {
                        assertThat(listener.next()).isEqualTo(new Wake(vault, 0));
                        mutate(cluster.node(0).anyone().as(device.api().token()), vault, trace(i));
                        assertThat(listener.next()).isEqualTo(new Wake(vault, 1));
                    }
                }
            }
            assertThat(collector.spans())
                    .extracting(Received::traceId)
                    .allMatch(id -> id.startsWith("0af7651916cd43dd"));
            List<Integer> forwarded = IntStream.range(0, VAULTS)
                    .boxed()
                    .filter(i -> span(collector, i, "forward").isPresent())
                    .toList();
            assertThat(forwarded).isNotEmpty().hasSizeLessThan(VAULTS);
            for (int i = 0; i < VAULTS; i++) {
                checkTrace(collector, i, forwarded.contains(i));
            }
        }
    }

    /** Until each node tells the other of its commits, some moments after both have begun. */
    private static void awaitAcquaintance(TestCluster cluster, Device device) throws Exception {
        VaultId vault = cluster.node(0).admin().vaultFor("first", device);
        AtomicLong request = new AtomicLong();
        for (int node = 0; node < 2; node++) {
            ApiClient other = cluster.node(1 - node).anyone().as(device.api().token());
            try (WakeListener listener = WakeListener.connect(cluster.node(node).url(), device)) {
                listener.next();
                Await.until("a commit is heard of", () -> {
                    long number = request.incrementAndGet();
                    other.mutate(vault, Cursor.START, number, ApiClient.createFolder("f" + number))
                            .expect(200);
                    return listener.hearsWithin(100);
                });
            }
        }
    }

    private static String trace(int number) {
        return "0af7651916cd43dd8448eb211c80319" + number;
    }

    private static void mutate(ApiClient client, VaultId vault, String trace) {
        MutationsRequest request = new MutationsRequest(Cursor.START, 1, List.of(ApiClient.createFolder("a")));
        client.send(client.request("/v1/vaults/" + vault + "/mutations")
                        .header("Content-Type", "application/json")
                        .header("traceparent", "00-" + trace + "-" + CALLER + "-01")
                        .POST(BodyPublishers.ofByteArray(Json.write(request)))
                        .build())
                .expect(200);
    }

    private static void checkTrace(TraceCollector collector, int number, boolean forwarded) {
        List<Received> requests = spans(collector, number, ROUTE);
        assertThat(requests).hasSize(forwarded ? 2 : 1);
        Received first = requests.stream()
                .filter(span -> span.parent().equals(CALLER))
                .findFirst()
                .orElseThrow();
        Received last = first;
        if (forwarded) {
            Received forward = span(collector, number, "forward").orElseThrow();
            assertThat(forward.parent()).isEqualTo(first.id());
            assertThat(forward.node()).isEqualTo(first.node());
            last = requests.stream()
                    .filter(span -> span.parent().equals(forward.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(last.node()).isNotEqualTo(first.node());
        }
        Received commit = child(collector, number, last, "commit");
        Received write = child(collector, number, commit, "journal write");
        assertThat(List.of(commit.node(), write.node())).containsOnly(last.node());
        assertThat(write.span().getEndTimeUnixNano()).isGreaterThan(write.span().getStartTimeUnixNano());
        child(collector, number, write, "wake");
        assertThat(first.attribute("request_id")).isPresent().isEqualTo(last.attribute("request_id"));
        assertThat(first.span().getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    }

    private static Received child(TraceCollector collector, int number, Received parent, String name) {
        Received child = span(collector, number, name).orElseThrow(() -> new AssertionError("no " + name));
        assertThat(child.parent()).as(name).isEqualTo(parent.id());
        return child;
    }

    private static Optional<Received> span(TraceCollector collector, int number, String name) {
        return spans(collector, number, name).stream().findFirst();
    }

    private static List<Received> spans(TraceCollector collector, int number, String name) {
        return collector.spans().stream()
                .filter(span -> span.traceId().equals(trace(number))
                        && span.span().getName().equals(name))
                .toList();
    }

    @Test
    void nothingOfTheSdkIsLoadedWhileNothingIsTraced() throws Exception {
        Path classes = data.resolve("classes.txt");
        List<String> flags = List.of("-Xlog:class+load:file=" + classes);
        try (ServerProcess server = ServerProcess.start(data.resolve("server"), flags)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            mutate(device.api(), vault, trace(0));
        }
        List<String> loaded = Files.readAllLines(classes);
        assertThat(loaded).anyMatch(line -> line.contains(" io.opentelemetry.api."));
        assertThat(loaded)
                .noneMatch(line ->
                        line.contains(" io.opentelemetry.sdk.") || line.contains(" io.opentelemetry.exporter."));
    }

    @Test
    void aCollectorThatIsAwayHoldsNothingUp() throws Exception {
        TraceCollector collector = new TraceCollector();
        String away = collector.url();
        collector.close();
        try (TestServer server = TestServer.start(data, TestPostgres.newDatabase(), Map.of("tracing.endpoint", away))) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            mutate(device.api(), vault, trace(0));
        }
    }
}
