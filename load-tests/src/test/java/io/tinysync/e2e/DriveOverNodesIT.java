package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.load.Checkout;
import io.tinysync.nodes.AdminCalls;
import io.tinysync.nodes.ClusterNode;
import io.tinysync.nodes.FaultyNetwork;
import io.tinysync.nodes.LocalCluster;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** Two users in the drives of one vault whose server is three nodes: they notice a pause when a node is lost or restarted, and never an error. */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DriveOverNodesIT {

    private static final int NODES = 3;
    private static final String ADMIN_TOKEN = "the-admin-token-of-the-nodes";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SOME = 20;
    private static final long PAUSE_MS = 50;

    private FaultyNetwork network;
    private LocalCluster cluster;
    private DeviceProcess laptop;
    private DeviceProcess desktop;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        network = new FaultyNetwork(NODES);
        cluster = LocalCluster.prepare(new LocalCluster.Plan(
                Checkout.root(),
                directory.resolve("cluster"),
                Path.of("target", "cache", "tinysync").toAbsolutePath(),
                NODES,
                network,
                ADMIN_TOKEN,
                Map.of("TINYSYNC_BUILD", "never", "TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m")));
        cluster.start();
        try (HttpClient http = HttpClient.newHttpClient()) {
            AdminCalls admin = new AdminCalls(http, cluster.nodes().getFirst().url(), ADMIN_TOKEN);
            AdminCalls.SharedVault vault = admin.share("work");
            laptop = attach(directory, "laptop", admin, vault);
            desktop = attach(directory, "desktop", admin, vault);
        }
        Files.createDirectory(laptop.path("of the laptop"));
        Files.createDirectory(laptop.path("of the desktop"));
        laptop.sync();
        desktop.sync();
    }

    private DeviceProcess attach(Path directory, String name, AdminCalls admin, AdminCalls.SharedVault vault)
            throws Exception {
        DeviceProcess device =
                new DeviceProcess(directory, name, vault.vault().vaultId().toString(), Account.own());
        admin.admit(device.register(cluster.urls()), vault);
        device.attach();
        return device;
    }

    @AfterAll
    void stop() throws Exception {
        laptop.close();
        desktop.close();
        cluster.close();
        network.close();
    }

    @Test
    void aKilledNodeIsAPauseAndNoError() throws Exception {
        whileUsersWork("a node was killed", users -> {
            ClusterNode killed = cluster.nodes().get(1);
            killed.kill();
            awaitProgress(users);
            killed.start();
            killed.awaitReady();
            awaitProgress(users);
        });
    }

    @Test
    void aRollingRestartIsAPauseAndNoError() throws Exception {
        whileUsersWork("all nodes were restarted", users -> {
            for (ClusterNode node : cluster.nodes()) {
                assertThat(node.terminate()).as(node.name()).isZero();
                node.start();
                node.awaitReady();
                awaitProgress(users);
            }
        });
    }

    private interface Event {
        void happen(List<DriveUser> users) throws Exception;
    }

    private void whileUsersWork(String what, Event event) throws Exception {
        String run = what.replace(' ', '-');
        List<DriveUser> users = List.of(
                user(laptop, "of the laptop", "of the desktop", run),
                user(desktop, "of the desktop", "of the laptop", run));
        laptop.sync();
        desktop.sync();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(users.size())) {
            List<Future<?>> working = users.stream()
                    .<Future<?>>map(user -> threads.submit(() -> work(user, over)))
                    .toList();
            awaitProgress(users);
            event.happen(users);
            over.set(true);
            for (Future<?> one : working) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
        for (DriveUser user : users) {
            System.out.printf(
                    "%s: %d files made, %d opened, the longest: %s%n",
                    what, user.made(), user.opened(), user.longest());
            assertThat(user.errors()).isEmpty();
        }
        laptop.sync();
        desktop.sync();
        assertThat(Tree.complete(desktop.drive())).isEqualTo(Tree.complete(laptop.drive()));
        assertThat(laptop.status().path("conflicts").asInt()).isZero();
    }

    private static DriveUser user(DeviceProcess device, String own, String others, String run) throws Exception {
        Path folder = Files.createDirectory(device.path(own).resolve(run));
        return new DriveUser(folder, device.path(others).resolve(run));
    }

    private static Void work(DriveUser user, AtomicBoolean over) throws InterruptedException {
        while (!over.get()) {
            user.round();
            Thread.sleep(PAUSE_MS);
        }
        return null;
    }

    /** Until each user has made files and opened as many that the other has made meanwhile. */
    private static void awaitProgress(List<DriveUser> users) {
        for (DriveUser user : users) {
            int other = users.get(1 - users.indexOf(user)).made();
            Await.until("what the other user makes arrives", PATIENCE, () -> user.opened() >= other + SOME);
        }
    }
}
