package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code one-node.conf}, as an operator uses it. */
final class OneNodeIT {

    @TempDir
    private Path data;

    @Test
    void aServerStartsFromTheFileAndStopsWhenAsked() throws Exception {
        Map<String, String> environment = Map.of("TINYSYNC_LISTEN", "127.0.0.1:0", "TINYSYNC_DATA", data.toString());
        try (DeployedServer server = DeployedServer.start(Deployed.file("one-node.conf"), environment)) {
            for (String probed : probedPaths()) {
                assertThat(server.status(probed)).as(probed).isEqualTo(200);
            }
            assertThat(server.terminate()).isZero();
        }
    }

    /** Of a server of any kind, by Kubernetes. */
    private static List<String> probedPaths() {
        List<String> paths = Manifests.read("statefulset.yaml").findValues("httpGet").stream()
                .map(probe -> probe.path("path").asText())
                .toList();
        assertThat(paths).hasSize(3);
        return paths;
    }
}
