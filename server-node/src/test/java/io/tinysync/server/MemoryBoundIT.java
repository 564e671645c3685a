package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultMemory;
import io.tinysync.server.ApiClient.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node takes turns with more vaults than it may have in memory. */
final class MemoryBoundIT {

    private static final int FIT = 5;
    private static final int VAULTS = 40;
    private static final int ROUNDS = 3;

    /** Items and ops of a vault after all rounds. */
    private static final long SIZE = VaultMemory.OWN_SIZE + 2 * ROUNDS;

    /** The one that is coming, and the one that is leaving for it. */
    private static final int MOVING = 2;

    @TempDir
    private Path data;

    @Test
    void manyMoreVaultsThanFitAreWrittenToAndNothingIsLost() throws Exception {
        Map<String, Object> settings = Map.of("vaults-in-memory.items", FIT * SIZE);
        try (TestServer server = TestServer.start(data, TestPostgres.newDatabase(), settings)) {
            Device device = server.anyone().register("device");
            Map<VaultId, List<OpId>> written = new LinkedHashMap<>();
            for (int i = 0; i < VAULTS; i++) {
                written.put(server.admin().vaultFor("vault " + i, device), new ArrayList<>());
            }
            for (int round = 1; round <= ROUNDS; round++) {
                for (Map.Entry<VaultId, List<OpId>> vault : written.entrySet()) {
                    Op op = ApiClient.createFolder("folder " + round);
                    device.api().mutate(vault.getKey(), Cursor.START, round, op).expect(200);
                    vault.getValue().add(op.opId());
                    assertThat(server.metric("tinysync_vaults_in_memory")).isLessThanOrEqualTo(FIT + MOVING);
                    assertThat(server.metric("tinysync_vaults_size")).isLessThanOrEqualTo(FIT * SIZE);
                }
            }

            Await.until("no more than fit are left", () -> server.metric("tinysync_vaults_in_memory") <= FIT);
            assertThat(server.metric("tinysync_vault_passivations_total"))
                    .isGreaterThanOrEqualTo((VAULTS - FIT) * ROUNDS);
            for (Map.Entry<VaultId, List<OpId>> vault : written.entrySet()) {
                assertThat(logged(device, vault.getKey())).isEqualTo(vault.getValue());
            }
        }
    }

    @Test
    void whatIsNotUsedLeavesAndComesBack() throws Exception {
        Map<String, Object> settings = Map.of("vaults-in-memory.idle", "200ms");
        try (TestServer server = TestServer.start(data, TestPostgres.newDatabase(), settings)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            device.api()
                    .mutate(vault, Cursor.START, 1, ApiClient.createFolder("before"))
                    .expect(200);

            Await.until("it has left", () -> server.metric("tinysync_vaults_in_memory") == 0);

            device.api()
                    .mutate(vault, Cursor.START, 2, ApiClient.createFolder("after"))
                    .expect(200);
            assertThat(logged(device, vault)).hasSize(2);
        }
    }

    private static List<OpId> logged(Device device, VaultId vault) throws Exception {
        List<OpId> logged = new ArrayList<>();
        Json.readLogPage(device.api().log(vault, Cursor.START, 100).expect(200).bytes(), Cursor.START)
                .entries()
                .forEach(entry -> {
                    OpId op = entry.opId();
                    if (op != null) {
                        logged.add(op);
                    }
                });
        return logged;
    }
}
