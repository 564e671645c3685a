package io.tinysync.server;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.tls.TestAuthority;
import io.tinysync.engine.tls.TrustedCertificates;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    private TrustedCertificates trusted = TrustedCertificates.NONE;

    private TestCluster(Path data, Map<String, Object> settings) throws Exception {
        this.data = data;
        this.settings = new HashMap<>(settings);
        this.s3 = S3Server.start(data.resolve("s3"));
        this.database = TestPostgres.newDatabase();
    }

    static TestCluster start(Path data, int nodes) throws Exception {
        return start(data, nodes, Map.of());
    }

    /** @param settings of all nodes, under {@code tinysync.server} */
    static TestCluster start(Path data, int nodes, Map<String, Object> settings) throws Exception {
        return new TestCluster(data, settings).withNodes(nodes);
    }

    private TestCluster withNodes(int count) throws Exception {
        try {
            for (int i = 0; i < count; i++) {
                add();
            }
            return this;
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /**
     * The nodes have TLS, and trust each other by an authority of their own.
     *
     * @param settings more of all nodes
     */
    static TestCluster encrypted(Path data, int nodes, Map<String, Object> settings) throws Exception {
        TestAuthority authority = TestAuthority.create(data.resolve("authority"));
        TestCluster cluster = new TestCluster(data, settings);
        String hosts = IntStream.range(0, nodes)
                .mapToObj(node -> "IP:" + cluster.host(node))
                .collect(Collectors.joining(","));
        TestAuthority.Issued own = authority.issue("nodes", hosts, TestAuthority.Kind.EC);
        cluster.settings.putAll(Map.of(
                "tls.certificate", own.certificate().toString(),
                "tls.key", own.key().toString(),
                "tls.ca", authority.file().toString()));
        cluster.trusted = authority.trusted();
        return cluster.withNodes(nodes);
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
        TestServer seen = trusted.equals(TrustedCertificates.NONE) ? node : node.trustedBy(trusted);
        nodes.add(seen);
        return seen;
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
