package io.tinysync.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.load.Checkout;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices whose sockets are all cut in one moment come back to one server, and whoever writes meanwhile is answered. */
final class SocketHerdIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int REGISTERING = 8;
    private static final String ADMIN_TOKEN = "the-admin-token-of-the-herd";

    @TempDir
    private Path directory;

    /** What was seen while all sockets came back. */
    private record Return(Duration took, Duration slowestWrite, int writes, int repeats, int attempts) {}

    @Test
    void two_hundred_sockets_that_are_cut_all_come_back_while_writes_go_on() throws Exception {
        try (LocalCluster server = server()) {
            Return seen = cutAndReturn(server.nodes().getFirst(), 200);
            assertThat(seen.writes()).isPositive();
            assertThat(seen.repeats()).isZero();
        }
    }

    @Test
    @Tag("long")
    void three_thousand_sockets_come_back_within_half_a_minute_and_no_write_waits_for_two_seconds() throws Exception {
        try (LocalCluster cluster = server()) {
            ClusterNode server = cluster.nodes().getFirst();
            Return seen = cutAndReturn(server, 3_000);
            System.out.printf(
                    "3,000 sockets back after %d ms with %d attempts; the slowest of %d writes took %d ms; the server had %d MiB at most%n",
                    seen.took().toMillis(),
                    seen.attempts(),
                    seen.writes(),
                    seen.slowestWrite().toMillis(),
                    peakMemoryMib(server));
            assertThat(seen.repeats()).isZero();
            assertThat(seen.took()).isLessThan(Duration.ofSeconds(30));
            assertThat(seen.slowestWrite()).isLessThan(Duration.ofSeconds(2));
            assertThat(peakMemoryMib(server)).isLessThan(1024);
        }
    }

    /** One node, in a process of its own. */
    private LocalCluster server() throws Exception {
        LocalCluster cluster = LocalCluster.prepare(new LocalCluster.Plan(
                Checkout.root(),
                directory,
                Path.of("target", "cache", "tinysync").toAbsolutePath(),
                1,
                new FaultyNetwork(1),
                ADMIN_TOKEN,
                Map.of("TINYSYNC_BUILD", "never", "TINYSYNC_JAVA_OPTS", "-Xmx512m")));
        cluster.start();
        return cluster;
    }

    private static Return cutAndReturn(ClusterNode server, int sockets) throws Exception {
        VaultWriter writer = VaultWriter.create(List.of(server.url()), ADMIN_TOKEN, "written while sockets come back");
        try (SocketHerd herd = new SocketHerd(server.url(), register(server, sockets));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            herd.awaitAll(PATIENCE);
            writer.write();
            int before = herd.attempts();
            AtomicBoolean over = new AtomicBoolean();
            Future<List<Duration>> writing = threads.submit(() -> timedWrites(writer, over));
            herd.cutAll();
            Duration took = herd.awaitAll(PATIENCE);
            over.set(true);
            List<Duration> writes = writing.get();
            assertThat(writer.log()).containsAllEntriesOf(writer.acknowledged());
            Duration slowest = writes.stream().max(Duration::compareTo).orElseThrow();
            return new Return(took, slowest, writes.size(), writer.repeats(), herd.attempts() - before);
        }
    }

    private static List<Duration> timedWrites(VaultWriter writer, AtomicBoolean over) throws Exception {
        List<Duration> writes = new ArrayList<>();
        do {
            long began = System.nanoTime();
            writer.write();
            writes.add(Duration.ofNanos(System.nanoTime() - began));
        } while (!over.get());
        return writes;
    }

    /** The tokens of as many devices, which all reach one vault. */
    private static List<String> register(ClusterNode server, int devices) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient();
                ExecutorService threads = Executors.newFixedThreadPool(REGISTERING)) {
            AdminCalls admin = new AdminCalls(http, server.url(), ADMIN_TOKEN);
            AdminCalls.SharedVault shared = admin.share("reached by all");
            List<Future<String>> tokens = new ArrayList<>();
            for (int i = 0; i < devices; i++) {
                String name = "device " + i;
                tokens.add(threads.submit(() -> admin.register(name, shared).token()));
            }
            List<String> registered = new ArrayList<>();
            for (Future<String> token : tokens) {
                registered.add(token.get());
            }
            return registered;
        }
    }

    /** VmHWM of proc(5). */
    private static long peakMemoryMib(ClusterNode server) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
