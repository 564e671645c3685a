package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two servers that know nothing of each other on one database, as after a split: each has an incarnation of the same vault. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TwoIncarnationsIT {

    private static final int WRITES = 150;

    private TestCluster cluster;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        cluster = TestCluster.start(data, 0);
        cluster.addStranger();
        cluster.addStranger();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private ApiClient at(int server, Device device) {
        return cluster.node(server).anyone().as(device.api().token());
    }

    /** Whatever is answered holds what was acknowledged before the question, by whichever server. */
    @Test
    void theOneThatIsBehindNeverAnswersFromWhatItRemembers() throws Exception {
        Device device = cluster.node(0).anyone().register("device");
        VaultId vault = cluster.node(0).admin().vaultFor("split", device);
        long acknowledged = 0;
        for (int i = 0; i < 20; i++) {
            acknowledged = write(at(i % 2, device), vault, 1000L * i, ApiClient.createFolder("folder " + i));
            assertThat(acknowledged).isEqualTo(i + 1);
            for (int server = 0; server < 2; server++) {
                ApiClient api = at(server, device);
                assertThat(headSeq(api, vault)).isEqualTo(acknowledged);
            }
        }
    }

    @Test
    void writesThroughBothMakeOneHistoryWithEachOpOnce() throws Exception {
        Device device = cluster.node(0).anyone().register("first");
        Device other = cluster.node(0).anyone().register("second");
        VaultId vault = cluster.node(0).admin().vaultFor("written through both", device, other);

        CompletableFuture<Map<OpId, Long>> first = CompletableFuture.supplyAsync(() -> writes(at(0, device), vault));
        CompletableFuture<Map<OpId, Long>> second = CompletableFuture.supplyAsync(() -> writes(at(1, other), vault));
        Map<OpId, Long> acknowledged = new HashMap<>(first.get());
        acknowledged.putAll(second.get());

        assertThat(acknowledged).hasSize(2 * WRITES);
        byte[] log = at(0, device).log(vault, Cursor.START, 1000).expect(200).bytes();
        LogPage page = Json.readLogPage(log, Cursor.START);
        assertThat(page.entries()).hasSize(2 * WRITES);
        assertThat(page.entries().stream().collect(Collectors.toMap(Entry::opId, Entry::seq)))
                .isEqualTo(acknowledged);
    }

    private static Map<OpId, Long> writes(ApiClient api, VaultId vault) {
        Map<OpId, Long> acknowledged = new HashMap<>();
        for (int i = 0; i < WRITES; i++) {
            Op.CreateFolder op = ApiClient.createFolder("folder " + UUID.randomUUID());
            acknowledged.put(op.opId(), write(api, vault, 1000L * i, op));
        }
        return acknowledged;
    }

    /** Repeats the op, each time in a request of the next number, until it is answered; its seq. */
    private static long write(ApiClient api, VaultId vault, long requestNo, Op op) {
        for (long attempt = 1; attempt < 1000; attempt++) {
            Response response = api.mutate(vault, Cursor.START, requestNo + attempt, op);
            if (response.status() == 200) {
                return response.json().path("results").get(0).path("seq").asLong();
            }
            assertThat(response.code()).isEqualTo("unavailable");
        }
        throw new AssertionError("never answered");
    }

    private static long headSeq(ApiClient api, VaultId vault) throws Exception {
        AtomicReference<Response> answer = new AtomicReference<>();
        Await.until("the vault answers", () -> {
            answer.set(api.get("/v1/vaults/" + vault));
            return answer.get().status() != 503;
        });
        return answer.get().expect(200).json().path("head_seq").asLong();
    }
}
