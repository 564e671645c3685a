package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
            assertThat(server.status("/ready")).isEqualTo(200);
            assertThat(server.terminate()).isZero();
        }
    }
}
