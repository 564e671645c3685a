package io.tinysync.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes from the three-node file: what whoever writes to their vaults sees of a node's end, and for how long. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NodesIT {

    private static final int NODES = 3;

    /** So many that each node has some. */
    private static final int VAULTS = 9;

    private static final Duration BACK_WITHIN = Duration.ofSeconds(15);

    private static final Duration SOON = Duration.ofMinutes(1);

    private static final String ADMIN_TOKEN = "the-admin-token-of-the-nodes";

    private FaultyNetwork network;
    private LocalCluster cluster;
    private final List<VaultWriter> writers = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        network = new FaultyNetwork(NODES);
        cluster = LocalCluster.prepare(new LocalCluster.Plan(
                checkout(),
                data,
                Path.of("target", "cache", "tinysync").toAbsolutePath(),
                NODES,
                network,
                ADMIN_TOKEN,
                Map.of("TINYSYNC_BUILD", "never", "TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m")));
        cluster.start();
        List<String> urls = cluster.nodes().stream().map(ClusterNode::url).toList();
        for (int i = 0; i < VAULTS; i++) {
            writers.add(VaultWriter.create(urls, ADMIN_TOKEN, "vault " + i));
        }
    }

    private static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        return folder.resolve("tinysync").toFile().exists()
                ? folder
                : folder.resolve("..").normalize();
    }

    @AfterAll
    void stop() {
        cluster.close();
        network.close();
    }

    @Test
    void aRollingRestartUnderLoadFailsNothingThatIsRepeated() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (VaultWriter writer : writers) {
                running.add(threads.submit(() -> {
                    while (!over.get()) {
                        writer.write();
                    }
                    return null;
                }));
            }
            try {
                for (ClusterNode node : cluster.nodes()) {
                    assertThat(node.terminate())
                            .as("%s when asked to stop", node.name())
                            .isZero();
                    node.start();
                    node.awaitReady();
                }
            } finally {
                over.set(true);
            }
            for (Future<?> one : running) {
                one.get(3, TimeUnit.MINUTES);
            }
        }
        checkHistories();
    }

    @Test
    void theVaultsOfAKilledNodeAnswerAgainWithinFifteenSeconds() throws Exception {
        for (VaultWriter writer : writers) {
            writer.write();
        }
        ClusterNode killed = cluster.nodes().get(1);
        killed.kill();
        long began = System.nanoTime();
        for (VaultWriter writer : writers) {
            writer.write();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf("all vaults took a write %d ms after a node was killed%n", took.toMillis());
        assertThat(took).isLessThanOrEqualTo(BACK_WITHIN);
        checkHistories();
        killed.start();
        killed.awaitReady();
    }

    @Test
    void aNodeThatWasPutOutSendsItsSocketsElsewhereBeforeItEnds() throws Exception {
        int index = 2;
        ClusterNode slow = cluster.nodes().get(index);
        try (ClosingSocket socket =
                ClosingSocket.open(slow.url(), writers.getFirst().token())) {
            cluster.pauseUntilPutOut(index, SOON);

            assertThat(socket.awaitClosed(SOON)).isEqualTo(1001);
            assertThat(slow.awaitEnd(SOON)).hasValue(1);
        }
        slow.start();
        slow.awaitReady();
    }

    /** Every acknowledged op is in the log once, at the seq that it was answered with. */
    private void checkHistories() throws Exception {
        for (VaultWriter writer : writers) {
            assertThat(writer.log()).containsAllEntriesOf(writer.acknowledged());
        }
        System.out.printf(
                "%d ops acknowledged, %d requests repeated%n",
                writers.stream()
                        .mapToInt(writer -> writer.acknowledged().size())
                        .sum(),
                writers.stream().mapToInt(VaultWriter::repeats).sum());
    }
}
