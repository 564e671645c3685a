package io.tinysync.server;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Several nodes within the test's JVM, over one database and one real S3 server. Each has a loopback address of its own. */
final class TestCluster implements AutoCloseable {

    private static final int CLUSTER_PORT = 7355;
    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private final String network = network();
    private final S3Server s3;
    private final DatabaseAddress database;
    private final Path data;
    private final List<TestServer> nodes = new ArrayList<>();

    private final Map<String, Object> settings;

    private TestCluster(Path data, Map<String, Object> settings) throws Exception {
        this.data = data;
        this.settings = settings;
        this.s3 = S3Server.start(data.resolve("s3"));
        this.database = TestPostgres.newDatabase();
    }

    static TestCluster start(Path data, int nodes) throws Exception {
        return start(data, nodes, Map.of());
    }

    /** @param settings of all nodes, under {@code tinysync.server} */
    static TestCluster start(Path data, int nodes, Map<String, Object> settings) throws Exception {
        TestCluster cluster = new TestCluster(data, settings);
        try {
            for (int i = 0; i < nodes; i++) {
                cluster.add();
            }
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /** Of this process, so that others on the machine that run the same tests are not in the way. */
    private static String network() {
        long pid = ProcessHandle.current().pid();
        return "127." + (1 + pid / 250 % 250) + "." + (1 + pid % 250) + "." + NETWORKS.getAndIncrement();
    }

    private String host(int node) {
        int last = network.lastIndexOf('.');
        int offset = Integer.parseInt(network.substring(last + 1)) * 16;
        return network.substring(0, last + 1) + (offset + node + 1);
    }

    /** Starts one more node and waits until it is a member. */
    TestServer add() throws Exception {
        return add(0);
    }

    /** Starts one more node, which joins the cluster of another one, or begins a cluster if that is itself. */
    TestServer add(int seed) throws Exception {
        String host = host(nodes.size());
        return add(Map.of(
                "cluster.seed-nodes",
                List.of(host(seed) + ":" + CLUSTER_PORT),
                "cluster.host",
                host,
                "cluster.port",
                CLUSTER_PORT,
                "listen",
                host + ":0"));
    }

    /** Starts a server on the same database and bucket that is a cluster of its own, as after a split. */
    TestServer addStranger() throws Exception {
        return add(Map.of());
    }

    private TestServer add(Map<String, Object> more) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of(
                "blob-store",
                "s3://" + S3Server.BUCKET,
                "s3.endpoint",
                "http://127.0.0.1:" + s3.port(),
                "s3.access-key",
                S3Server.ACCESS_KEY,
                "s3.secret-key",
                S3Server.SECRET_KEY));
        all.putAll(settings);
        all.putAll(more);
        TestServer node = TestServer.start(data.resolve("node-" + nodes.size()), database, all);
        nodes.add(node);
        return node;
    }

    TestServer node(int index) {
        return nodes.get(index);
    }

    List<TestServer> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void close() {
        nodes.reversed().forEach(TestServer::close);
        s3.close();
    }
}
