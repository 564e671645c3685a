package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What one node takes away no other one gives, from the moment at which the taking away is answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WithdrawnAccessClusterIT {

    /** Enough for a node that hears of it a moment too late to be seen. */
    private static final int ROUNDS = 30;

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        cluster = TestCluster.start(data, 2);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private ApiClient other(Device device) {
        return cluster.node(1).anyone().as(device.api().token());
    }

    /** Both nodes have looked it up, and remember. */
    private void isAllowed(Device device, String path) {
        for (int i = 0; i < 2; i++) {
            device.api().get(path).expect(200);
            other(device).get(path).expect(200);
        }
    }

    @Test
    void a_revocation_on_one_node_holds_on_the_other_once_it_is_answered() {
        for (int round = 0; round < ROUNDS; round++) {
            Device device = cluster.node(0).anyone().register("device");
            isAllowed(device, "/v1/vaults");
            cluster.node(0).admin().delete("/v1/devices/" + device.id()).expect(204);
            assertThat(other(device).get("/v1/vaults").code()).isEqualTo("unauthorized");
        }
        assertThat(cluster.node(1).metric("tinysync_access_total{source=\"memory\"}"))
                .isPositive();
    }

    @Test
    void a_device_that_gives_itself_up_on_one_node_is_out_on_the_other() {
        Device device = cluster.node(0).anyone().register("device");
        isAllowed(device, "/v1/vaults");
        other(device).delete("/v1/devices/" + device.id()).expect(204);
        assertThat(device.api().get("/v1/vaults").code()).isEqualTo("unauthorized");
    }

    @Test
    void a_withdrawn_grant_holds_on_the_other_once_it_is_answered() {
        ApiClient admin = cluster.node(0).admin();
        for (int round = 0; round < ROUNDS; round++) {
            Device device = cluster.node(0).anyone().register("device");
            String name = "withdrawn " + round;
            VaultId vault = admin.vaultFor(name, device);
            String path = "/v1/vaults/" + vault + "/links";
            isAllowed(device, path);
            String group = "/v1/groups/" + Groups.named(admin, name);
            String taken = switch (round % 3) {
                case 0 -> group + "/devices/" + device.id();
                case 1 -> group + "/vaults/" + vault;
                default -> group;
            };
            admin.delete(taken).expect(204);
            assertThat(other(device).get(path).code()).isEqualTo("not_found");
        }
    }
}
