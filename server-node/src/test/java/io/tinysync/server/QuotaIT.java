package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a vault may hold: settings for all, the administrator for one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuotaIT {

    private static final int ITEMS = 3;

    private TestServer server;
    private Device device;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(
                data, TestPostgres.newDatabase(), Map.of("vault-quota.bytes", 100_000, "vault-quota.items", ITEMS));
        device = server.anyone().register("device");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String result(VaultId vault, Op op) {
        JsonNode result = device.api()
                .mutate(vault, Cursor.START, ++requestNo, op)
                .expect(200)
                .json()
                .at("/results/0");
        return result.path("code").asText(result.path("status").asText());
    }

    private Op file(VaultId vault, String name, int bytes) {
        byte[] content = new byte[bytes];
        device.api().putBlob(vault, Sha256.hash(content), content).expect(204);
        return ApiClient.createFile(name, content);
    }

    private Response setQuota(VaultId vault, Map<String, Long> quota) {
        return server.admin().put("/v1/vaults/" + vault + "/quota", BodyPublishers.ofString(json(quota)));
    }

    private static String json(Map<String, Long> quota) {
        return quota.toString().replaceAll("(\\w+)=", "\"$1\":");
    }

    @Test
    void the_settings_hold_for_a_vault_of_which_nothing_is_said() {
        VaultId vault = server.admin().vaultFor("of the settings", device);
        JsonNode limits = device.api().get("/v1/vaults/" + vault).json().path("limits");
        assertThat(limits.path("quota_bytes").asLong()).isEqualTo(100_000);
        assertThat(limits.path("quota_items").asLong()).isEqualTo(ITEMS);
        assertThat(limits("of the settings").toString()).isEqualTo(limits.toString());

        assertThat(result(vault, file(vault, "first", 60_000))).isEqualTo("accepted");
        assertThat(result(vault, file(vault, "too large", 40_001))).isEqualTo("quota_exceeded");
        for (int i = 1; i < ITEMS; i++) {
            assertThat(result(vault, ApiClient.createFolder("folder " + i))).isEqualTo("accepted");
        }
        assertThat(result(vault, ApiClient.createFolder("one more"))).isEqualTo("quota_exceeded");
    }

    private JsonNode limits(String name) {
        for (JsonNode vault : device.api().get("/v1/vaults").json().path("vaults")) {
            if (vault.path("name").asText().equals(name)) {
                return vault.path("limits");
            }
        }
        throw new AssertionError("no vault " + name);
    }

    @Test
    void what_the_administrator_sets_holds_for_the_next_op() {
        VaultId vault = server.admin().vaultFor("set", device);
        assertThat(result(vault, file(vault, "first", 60_000))).isEqualTo("accepted");
        Op second = file(vault, "second", 50_000);
        assertThat(result(vault, second)).isEqualTo("quota_exceeded");

        JsonNode set = setQuota(vault, Map.of("quota_bytes", 200_000L, "quota_items", 0L))
                .expect(200)
                .json();
        assertThat(set.path("bytes").asLong()).isEqualTo(60_000);
        assertThat(set.path("limits").path("quota_items").asLong()).isZero();
        assertThat(result(vault, second)).isEqualTo("accepted");

        setQuota(vault, Map.of("quota_bytes", 1L)).expect(200);
        assertThat(result(vault, file(vault, "third", 1))).isEqualTo("quota_exceeded");
        assertThat(result(vault, ApiClient.createFolder("no bytes"))).isEqualTo("accepted");
        assertThat(result(vault, ApiClient.createFolder("one more"))).isEqualTo("quota_exceeded");
        assertThat(limits("set").path("quota_bytes").asLong()).isEqualTo(1);
        assertThat(limits("set").path("quota_items").asLong()).isEqualTo(ITEMS);
    }

    @Test
    void a_blob_that_the_vault_could_never_hold_is_refused_before_its_bytes() {
        VaultId vault = server.admin().vaultFor("blobs", device);
        setQuota(vault, Map.of("quota_bytes", 2_000_000L)).expect(200);
        EndlessBody body = new EndlessBody();

        byte[] large = new byte[2_000_001];
        Response refused = device.api()
                .send(device.api()
                        .request(ApiClient.blobPath(vault, Sha256.hash(large)))
                        .expectContinue(true)
                        .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> body), large.length))
                        .build());

        assertThat(refused.code()).isEqualTo("insufficient_storage");
        assertThat(body.hasBegun()).isFalse();
        body.end();
        assertThat(device.api()
                        .send(device.api()
                                .request(ApiClient.blobPath(vault, Sha256.hash(large)) + "/upload")
                                .header("Upload-Length", "2000001")
                                .GET()
                                .build())
                        .code())
                .isEqualTo("insufficient_storage");
        device.api()
                .putBlob(vault, Sha256.hash(new byte[2_000_000]), new byte[2_000_000])
                .expect(204);
    }

    @Test
    void it_is_the_administrators_and_in_the_audit() {
        VaultId vault = server.admin().vaultFor("audited", device);
        assertThat(device.api()
                        .put("/v1/vaults/" + vault + "/quota", BodyPublishers.ofString("{}"))
                        .code())
                .isEqualTo("forbidden");
        assertThat(setQuota(vault, Map.of("quota_bytes", -1L)).code()).isEqualTo("bad_request");
        assertThat(server.admin()
                        .put(
                                "/v1/vaults/" + new java.util.UUID(0x7000, 1L << 63) + "/quota",
                                BodyPublishers.ofString("{}"))
                        .code())
                .isEqualTo("not_found");
        setQuota(vault, Map.of()).expect(200);
        JsonNode entries = server.admin().get("/v1/audit").json().path("entries");
        JsonNode last = entries.get(entries.size() - 1);
        assertThat(last.path("action").asText()).isEqualTo("vault_quota_changed");
        assertThat(last.path("vault_id").asText()).isEqualTo(vault.toString());
    }
}
