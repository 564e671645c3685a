package io.tinysync.campaign;

import io.tinysync.nodes.AdminCalls;
import io.tinysync.nodes.ClusterNode;
import io.tinysync.nodes.FaultyNetwork;
import io.tinysync.nodes.Link;
import io.tinysync.nodes.LocalCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** Does faults to a cluster, has each prove that it hit, and has everything mended when it returns. For one thread. */
final class FaultInjector {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(50);

    private static final Duration SLOWED_BY = Duration.ofMillis(60);

    private final LocalCluster cluster;
    private final FaultyNetwork network;
    private final AdminCalls admin;
    private final HttpClient http;
    private final Duration lasting;
    private final Random random;
    private final List<String> unexpected = new ArrayList<>();

    /** @param lasting how long a fault of a link lasts beyond the moment at which it has hit */
    FaultInjector(
            LocalCluster cluster,
            FaultyNetwork network,
            AdminCalls admin,
            HttpClient http,
            Duration lasting,
            Random random) {
        this.cluster = cluster;
        this.network = network;
        this.admin = admin;
        this.http = http;
        this.lasting = lasting;
        this.random = random;
    }

    /** What has ended by itself though no fault had it end. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    /**
     * Does one fault and mends it.
     *
     * @return what it hit
     * @throws IllegalStateException if it did not hit, or the cluster is not as before afterwards
     */
    String inject(Fault fault) throws Exception {
        int index = random.nextInt(cluster.nodes().size());
        ClusterNode node = cluster.nodes().get(index);
        String hit = switch (fault) {
            case KILL -> kill(node);
            case TERMINATE -> restart(node);
            case PAUSE -> pause(node, index);
            case ISOLATE_BY_CUT -> isolate(node, index, new Link.State.Cut());
            case ISOLATE_BY_SILENCE -> isolate(node, index, new Link.State.Stalled());
            case CUT_BETWEEN_TWO ->
                cutBetween(index, (index + 1) % cluster.nodes().size());
            case SLOW_NODES -> slowNodes();
            case POSTGRES_CUT -> faulty(node, network.wires(index).postgres(), new Link.State.Cut());
            case POSTGRES_SILENT -> faulty(node, network.wires(index).postgres(), new Link.State.Stalled());
            case POSTGRES_SLOW -> faulty(node, network.wires(index).postgres(), new Link.State.Slow(SLOWED_BY));
            case POSTGRES_RESTART -> restartPostgres();
            case S3_GONE -> s3(new Link.State.Cut());
            case S3_SILENT -> s3(new Link.State.Stalled());
            case ROLLING_RESTART -> rollingRestart();
        };
        network.mend();
        settle();
        return hit;
    }

    private String kill(ClusterNode node) throws Exception {
        node.kill();
        Thread.sleep(random.nextInt(3_000));
        start(node);
        return node.name() + " was killed";
    }

    private String restart(ClusterNode node) throws Exception {
        int status = node.terminate();
        if (status != 0) {
            throw new IllegalStateException(
                    node.name() + " ended with " + status + " when it was asked to stop:\n" + node.lastWords());
        }
        start(node);
        return node.name() + " stopped in order";
    }

    private static void start(ClusterNode node) throws Exception {
        node.start();
        node.awaitReady();
    }

    private String pause(ClusterNode node, int index) throws Exception {
        cluster.pauseUntilPutOut(index, LIMIT);
        int status = ended(node);
        start(node);
        return node.name() + " was paused, put out, and ended itself with " + status;
    }

    private int ended(ClusterNode node) throws Exception {
        OptionalInt status = node.awaitEnd(LIMIT);
        return status.orElseThrow(
                () -> new IllegalStateException(node.name() + " goes on though it was put out of the cluster"));
    }

    private String isolate(ClusterNode node, int index, Link.State state) throws Exception {
        long before = network.hitsBetweenNodes();
        for (int other = 0; other < cluster.nodes().size(); other++) {
            if (other != index) {
                network.between(index, other, state);
            }
        }
        int status = ended(node);
        long hits = network.hitsBetweenNodes() - before;
        network.mend();
        start(node);
        return node.name() + " was alone (" + hits + " messages and connections) and ended itself with " + status;
    }

    private String cutBetween(int index, int other) throws Exception {
        long hits = whileLasting(network::hitsBetweenNodes, () -> network.between(index, other, new Link.State.Cut()));
        return hits + " connections between node-" + (index + 1) + " and node-" + (other + 1);
    }

    private String slowNodes() throws Exception {
        long hits = whileLasting(network::hitsBetweenNodes, () -> {
            for (int i = 0; i < cluster.nodes().size(); i++) {
                network.wires(i).messages().become(new Link.State.Slow(SLOWED_BY));
                network.wires(i).requests().become(new Link.State.Slow(SLOWED_BY));
            }
        });
        return hits + " messages between nodes were late";
    }

    private String faulty(ClusterNode node, Link link, Link.State state) throws Exception {
        long hits = whileLasting(link::hits, () -> link.become(state));
        return hits + " times between " + node.name() + " and PostgreSQL";
    }

    /** Devices send few blobs, so that all are also read. */
    private String s3(Link.State state) throws Exception {
        long hits = whileLasting(() -> links().stream().mapToLong(Link::hits).sum(), () -> {
            links().forEach(link -> link.become(state));
            admin.verify();
        });
        return hits + " times between nodes and S3";
    }

    private List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < cluster.nodes().size(); i++) {
            links.add(network.wires(i).s3());
        }
        return links;
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Does the fault until it has hit, and some time longer; how often it has hit. */
    private long whileLasting(LongSupplier hits, Action fault) throws Exception {
        long before = hits.getAsLong();
        fault.run();
        await("the fault hits", () -> hits.getAsLong() > before);
        Thread.sleep(lasting);
        return hits.getAsLong() - before;
    }

    private String restartPostgres() throws Exception {
        long ended = cluster.restartPostgres();
        return "PostgreSQL (pid " + ended + ") stopped and came back";
    }

    private String rollingRestart() throws Exception {
        for (ClusterNode node : cluster.nodes()) {
            restart(node);
        }
        return "all nodes stopped in order, one after the other";
    }

    /** What has ended is started again, as whoever runs the nodes would; then each must say that it is ready. */
    private void settle() throws Exception {
        for (ClusterNode node : cluster.nodes()) {
            if (!node.isAlive()) {
                unexpected.add(node.name() + " ended by itself:\n" + node.lastWords());
                start(node);
            }
        }
        for (ClusterNode node : cluster.nodes()) {
            await(node.name() + " is ready", () -> isReady(node));
        }
    }

    private boolean isReady(ClusterNode node) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + LIMIT.toSeconds() + " s: " + what);
            }
            Thread.sleep(POLL);
        }
    }
}
