package io.tinysync.nodes;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.server.postgres.EmbeddedPostgres;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Nodes from {@code three-nodes.conf}, with a PostgreSQL and an S3 server of their own, all on loopback addresses. What they keep is in one
 * directory and stays there.
 */
public final class LocalCluster implements AutoCloseable {

    private static final long POLL_MS = 50;

    private final Plan plan;
    private final S3Server s3;
    private final List<ClusterNode> nodes;
    private EmbeddedPostgres postgres;

    private LocalCluster(Plan plan, EmbeddedPostgres postgres, S3Server s3, List<ClusterNode> nodes) {
        this.plan = plan;
        this.postgres = postgres;
        this.s3 = s3;
        this.nodes = List.copyOf(nodes);
    }

    /**
     * What a cluster is made of.
     *
     * @param checkout the directory of the launcher
     * @param data what the cluster keeps
     * @param cache for what can be made again
     * @param nodes how many
     * @param network how they reach each other, PostgreSQL and S3
     * @param adminToken the secret of management
     * @param environment of the nodes, beside what follows from the rest
     */
    public record Plan(
            Path checkout,
            Path data,
            Path cache,
            int nodes,
            Network network,
            String adminToken,
            Map<String, String> environment) {

        public Plan {
            environment = Map.copyOf(environment);
        }
    }

    /** Starts PostgreSQL and S3; the nodes are not running yet. */
    public static LocalCluster prepare(Plan plan) throws Exception {
        Files.createDirectories(plan.data());
        EmbeddedPostgres postgres = startPostgres(plan);
        try {
            S3Server s3 = S3Server.start(plan.data().resolve("s3"));
            plan.network().s3IsAt(s3.port());
            List<ClusterNode> nodes = new ArrayList<>();
            for (int i = 0; i < plan.nodes(); i++) {
                nodes.add(node(plan, i, postgres));
            }
            return new LocalCluster(plan, postgres, s3, nodes);
        } catch (Exception e) {
            postgres.close();
            throw e;
        }
    }

    private static EmbeddedPostgres startPostgres(Plan plan) throws IOException, StartupException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(plan.data().resolve("postgres"), plan.cache());
        plan.network().postgresIsAt(port(postgres));
        return postgres;
    }

    private static int port(EmbeddedPostgres postgres) {
        return URI.create(postgres.address().url()).getPort();
    }

    private static String postgresUrl(EmbeddedPostgres postgres, int port) {
        return postgres.address().url().replace(":" + port(postgres) + "/", ":" + port + "/");
    }

    private static ClusterNode node(Plan plan, int index, EmbeddedPostgres postgres) throws IOException {
        String name = "node-" + (index + 1);
        Path data = Files.createDirectories(plan.data().resolve(name));
        Network.Place place = plan.network().place(index);
        Map<String, String> environment = new HashMap<>(Map.of(
                "TINYSYNC_DATA", data.toString(),
                "TINYSYNC_DATABASE_URL", postgresUrl(postgres, place.postgresPort()),
                "TINYSYNC_BLOB_STORE", "s3://" + S3Server.BUCKET,
                "TINYSYNC_S3_ENDPOINT", "http://127.0.0.1:" + place.s3Port(),
                "TINYSYNC_S3_ACCESS_KEY", S3Server.ACCESS_KEY,
                "TINYSYNC_S3_SECRET_KEY", S3Server.SECRET_KEY,
                "TINYSYNC_ADMIN_TOKEN", plan.adminToken(),
                "TINYSYNC_LISTEN", place.listen(),
                "TINYSYNC_CLUSTER_SEED_NODES", seedNodes(plan)));
        environment.putAll(place.environment());
        environment.putAll(plan.environment());
        List<String> command = List.of(
                "setsid",
                plan.checkout().resolve("tinysync").toString(),
                "server",
                "--config",
                plan.checkout()
                        .resolve("cluster-config/src/main/resources/three-nodes.conf")
                        .toString());
        return new ClusterNode(name, "http://" + place.listen(), command, environment, data.resolve("server.log"));
    }

    private static String seedNodes(Plan plan) {
        List<String> seeds = new ArrayList<>();
        for (int i = 0; i < plan.nodes(); i++) {
            seeds.add(plan.network().place(i).clusterAddress());
        }
        return String.join(",", seeds);
    }

    /** Starts all nodes, and waits until each answers. */
    public void start() throws IOException, InterruptedException {
        for (ClusterNode node : nodes) {
            node.start();
        }
        for (ClusterNode node : nodes) {
            node.awaitReady();
        }
    }

    public List<ClusterNode> nodes() {
        return nodes;
    }

    /** Pauses a node until the others have put it out, and has it go on: then it is to find out, and to end. */
    public void pauseUntilPutOut(int index, Duration limit) throws IOException, InterruptedException {
        ClusterNode paused = nodes.get(index);
        String putOut = plan.network().place(index).clusterAddress() + "]";
        List<Integer> before = new ArrayList<>();
        for (ClusterNode node : nodes) {
            before.add(node.logLength());
        }
        paused.pause();
        try {
            long deadline = System.nanoTime() + limit.toNanos();
            while (!isDowning(putOut, before)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(paused.name() + " was not put out within " + limit);
                }
                Thread.sleep(POLL_MS);
            }
        } finally {
            paused.goOn();
        }
    }

    private boolean isDowning(String address, List<Integer> before) throws IOException {
        for (int i = 0; i < nodes.size(); i++) {
            String said = nodes.get(i).logFrom(before.get(i));
            if (said.lines().anyMatch(line -> line.contains("downing [") && line.contains(address))) {
                return true;
            }
        }
        return false;
    }

    public S3Server s3() {
        return s3;
    }

    /** Stops PostgreSQL as a machine's shutdown does, and starts it again, perhaps on another port; the one that ended. */
    public long restartPostgres() throws IOException, StartupException {
        EmbeddedPostgres before = postgres;
        before.close();
        long ended = before.onExit().join().pid();
        postgres = startPostgres(plan);
        return ended;
    }

    /** All nodes' addresses, as clients take them. */
    public String urls() {
        return nodes.stream().map(ClusterNode::url).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.parallelStream().forEach(ClusterNode::close);
        s3.close();
        try {
            postgres.close();
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL did not stop", e);
        }
    }
}
