package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters with one database, as after a first seed node has started alone, or after both sides of a split have put the other out. */
final class TwoClustersIT {

    @Test
    void theSmallerOneEndsAndTheOtherGoesOn(@TempDir Path data) throws Exception {
        try (TestCluster cluster = TestCluster.start(data, 0)) {
            CompletableFuture<String> alone = cluster.add(0).failure();
            CompletableFuture<String> first = cluster.add(1).failure();
            CompletableFuture<String> second = cluster.add(1).failure();

            assertThat(alone.get(60, TimeUnit.SECONDS)).contains("another cluster works on this database");

            Device device = cluster.node(1).anyone().register("device");
            VaultId vault = cluster.node(1).admin().vaultFor("vault", device);
            for (int node = 1; node <= 2; node++) {
                cluster.node(node)
                        .anyone()
                        .as(device.api().token())
                        .mutate(vault, Cursor.START, node, ApiClient.createFolder("by node " + node))
                        .expect(200);
            }
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
        }
    }
}
