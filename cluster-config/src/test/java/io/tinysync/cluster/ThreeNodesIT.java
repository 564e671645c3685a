package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.server.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code three-nodes.conf}: three processes over one PostgreSQL and one bucket, each on a loopback address of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ThreeNodesIT {

    private static final int NODES = 3;

    private EmbeddedPostgres postgres;
    private S3Server s3;
    private List<DeployedServer> nodes;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Deployed.CACHE.resolve("tinysync"));
        s3 = S3Server.start(folder.resolve("s3"));
        int port = freePort();
        nodes = DeployedServer.startTogether(
                Deployed.file("three-nodes.conf"),
                IntStream.rangeClosed(1, NODES)
                        .mapToObj(number -> environment(folder, number, port))
                        .toList());
    }

    private Map<String, String> environment(Path folder, int number, int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TINYSYNC_LISTEN", host(number) + ":0");
        environment.put("TINYSYNC_DATA", folder.resolve("node-" + number).toString());
        environment.put("TINYSYNC_DATABASE_URL", postgres.address().url());
        environment.put("TINYSYNC_BLOB_STORE", "s3://" + S3Server.BUCKET);
        environment.put("TINYSYNC_S3_ENDPOINT", "http://127.0.0.1:" + s3.port());
        environment.put("TINYSYNC_S3_ACCESS_KEY", S3Server.ACCESS_KEY);
        environment.put("TINYSYNC_S3_SECRET_KEY", S3Server.SECRET_KEY);
        environment.put("TINYSYNC_ADMIN_TOKEN", BusyServer.ADMIN_TOKEN);
        environment.put("TINYSYNC_CLUSTER_HOST", host(number));
        environment.put("TINYSYNC_CLUSTER_PORT", Integer.toString(port));
        environment.put(
                "TINYSYNC_CLUSTER_SEED_NODES",
                IntStream.rangeClosed(1, NODES)
                        .mapToObj(seed -> host(seed) + ":" + port)
                        .collect(Collectors.joining(",")));
        return environment;
    }

    /** All of 127.0.0.0/8 is this machine, so that the nodes can have one port, as on three machines. */
    private static String host(int number) {
        return "127.0.0." + number;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    void stop() throws Exception {
        nodes.forEach(DeployedServer::close);
        s3.close();
        postgres.close();
    }

    @Test
    @Order(1)
    void whatWasWrittenThroughOneNodeIsReadThroughAll() throws Exception {
        for (DeployedServer node : nodes) {
            assertThat(node.status("/ready")).isEqualTo(200);
            BusyServer device = new BusyServer(node, "vault " + nodes.indexOf(node));
            String log = device.writeAndRead();
            assertThat(log).contains("\"name\":\"2026\"");
            for (DeployedServer other : nodes) {
                assertThat(device.log(other)).isEqualTo(log);
            }
        }
    }

    @Test
    @Order(2)
    void nodesThatAreStoppedLeaveAndAreNotTakenForDead() throws Exception {
        for (DeployedServer node : nodes.reversed()) {
            assertThat(node.terminate()).isZero();
        }

        assertThat(nodes).allSatisfy(node -> assertThat(node.output()).noneMatch(line -> line.contains("UNREACHABLE")));
    }
}
