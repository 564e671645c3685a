package io.tinysync.suites;

import io.tinysync.nodes.ClusterNode;
import io.tinysync.nodes.LocalCluster;
import io.tinysync.nodes.LocalNode;
import io.tinysync.nodes.PlainNetwork;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** The servers that a suite is pointed at: given ones, or own ones that end with it, and their data too. */
final class Deployment implements Closeable {

    private static final String OWN_ADMIN_TOKEN = "the-admin-token-of-a-load-suite";

    /** So that the maximum of a suite is the node's and not its setting's. */
    private static final String NO_LIMITS = """
            tinysync.server.requests-per-second = 0
            tinysync.server.socket-limit = 15000
            pekko.http.server.max-connections = 16000
            """;

    private final List<String> urls;
    private final String adminToken;
    private final Closeable servers;
    private final Optional<Path> postgres;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Deployment(List<String> urls, String adminToken, Closeable servers, Optional<Path> postgres) {
        this.urls = List.copyOf(urls);
        this.adminToken = adminToken;
        this.servers = servers;
        this.postgres = postgres;
    }

    /** Servers that run already, and go on. */
    static Deployment given(List<String> urls, String adminToken) {
        return new Deployment(urls, adminToken, () -> {}, Optional.empty());
    }

    /** One server with PostgreSQL and blobs of its own. */
    static Deployment ofOneNode(Path checkout, Path logs, Map<String, String> environment) throws Exception {
        Path data = Files.createTempDirectory("tinysync-load");
        ClusterNode node = LocalNode.in(
                checkout, data.resolve("server"), logs.resolve("server.log"), OWN_ADMIN_TOKEN, environment, NO_LIMITS);
        Closeable servers = () -> {
            node.close();
            delete(data);
        };
        node.start();
        return ready(
                new Deployment(
                        List.of(node.url()), OWN_ADMIN_TOKEN, servers, Optional.of(data.resolve("server/postgres"))),
                node::awaitReady);
    }

    /** A cluster from the three-node file, with a PostgreSQL and an S3 server of its own; its nodes' logs go with its data. */
    static Deployment ofCluster(Path checkout, int nodes, int firstPort, Map<String, String> environment)
            throws Exception {
        Path data = Files.createTempDirectory("tinysync-load");
        LocalCluster cluster = LocalCluster.prepare(new LocalCluster.Plan(
                checkout,
                data,
                Path.of(System.getProperty("user.home"), ".cache", "tinysync"),
                nodes,
                new PlainNetwork(firstPort),
                OWN_ADMIN_TOKEN,
                environment));
        Closeable servers = () -> {
            cluster.close();
            delete(data);
        };
        return ready(
                new Deployment(
                        List.of(cluster.urls().split(",", -1)),
                        OWN_ADMIN_TOKEN,
                        servers,
                        Optional.of(data.resolve("postgres"))),
                cluster::start);
    }

    /** What takes its time. */
    private interface Start {
        void run() throws IOException, InterruptedException;
    }

    private static Deployment ready(Deployment starting, Start start) throws Exception {
        // Own servers are in a session of their own, and would outlive a Ctrl-C.
        Runtime.getRuntime().addShutdownHook(new Thread(starting::closeAtExit, "stop"));
        boolean started = false;
        try {
            start.run();
            started = true;
            return starting;
        } finally {
            if (!started) {
                starting.close();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    List<String> urls() {
        return urls;
    }

    String adminToken() {
        return adminToken;
    }

    boolean isOwn() {
        return postgres.isPresent();
    }

    /** A setting of the own servers' PostgreSQL as it is now; empty where the servers are not own. */
    Optional<String> postgresSetting(String name) throws IOException, SQLException {
        if (postgres.isEmpty()) {
            return Optional.empty();
        }
        Path directory = postgres.get();
        // The fourth line of postmaster.pid is the port, see PostgreSQL's miscadmin.h.
        String port =
                Files.readAllLines(directory.resolve("cluster/postmaster.pid")).get(3);
        String password = Files.readString(directory.resolve("password")).strip();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        try (Connection database = DriverManager.getConnection(url, "tinysync", password);
                Statement show = database.createStatement();
                ResultSet row = show.executeQuery("SHOW " + name)) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /** Stops own servers and deletes their data, once. */
    @Override
    public void close() throws IOException {
        if (!isClosed.getAndSet(true)) {
            servers.close();
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("tinysync load: something was left behind: " + e.getMessage());
        }
    }
}
