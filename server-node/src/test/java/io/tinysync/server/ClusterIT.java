package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.BatchWithBlobs;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.PairingCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes over one database and one bucket, with TLS, behind a proxy: whichever is asked, the answer is the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterIT {

    /** So many that each node has some. */
    private static final int VAULTS = 12;

    private TestCluster cluster;
    private Device device;
    private final List<VaultId> vaults = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        cluster = TestCluster.encrypted(data, 3, Map.of("trusted-proxies", List.of("127.0.0.0/8")));
        device = cluster.node(0).anyone().register("device");
        for (int i = 0; i < VAULTS; i++) {
            vaults.add(cluster.node(i % 3).admin().vaultFor("vault " + i, device));
        }
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private ApiClient at(int node) {
        return at(node, device);
    }

    private ApiClient at(int node, Device whose) {
        return cluster.node(node).anyone().as(whose.api().token());
    }

    /** Over all nodes. */
    private double metric(String sample) {
        return cluster.nodes().stream().mapToDouble(node -> node.metric(sample)).sum();
    }

    @Test
    void whatIsSentOnToTheVaultsNodeIsCountedAsSuchAndItsOpsOnce() {
        String forwarded = "tinysync_http_forwarded_total{outcome=\"answered\"}";
        String accepted = "tinysync_mutations_total{kind=\"create_folder\",outcome=\"accepted\"}";
        double forwardedBefore = metric(forwarded);
        double acceptedBefore = metric(accepted);
        Device writer = cluster.node(0).anyone().register("counted");
        VaultId vault = cluster.node(0).admin().vaultFor("counted", writer);

        for (int node = 0; node < 3; node++) {
            at(node, writer)
                    .mutate(vault, Cursor.START, node + 1, ApiClient.createFolder("by node " + node))
                    .expect(200);
        }

        assertThat(metric(forwarded) - forwardedBefore).isEqualTo(2);
        assertThat(metric(accepted) - acceptedBefore).isEqualTo(3);
    }

    @Test
    void theAuditHasTheSenderOfARestoreWhicheverNodeItCameTo() {
        Device writer = cluster.node(0).anyone().register("restorer");
        VaultId vault = cluster.node(0).admin().vaultFor("restored", writer);
        long requestNo = 0;
        List<String> senders = new ArrayList<>();
        for (int node = 0; node < 3; node++) {
            String sender = "198.51.100." + (node + 1);
            senders.add(sender);
            Op.CreateFolder folder = ApiClient.createFolder("by node " + node);
            ApiClient api = at(node, writer);
            long seq = api.mutate(vault, Cursor.START, ++requestNo, folder)
                    .json()
                    .at("/results/0/seq")
                    .asLong();
            api.mutate(vault, Cursor.START, ++requestNo, ApiClient.delete(folder.itemId(), seq))
                    .expect(200);
            MutationsRequest restore =
                    new MutationsRequest(Cursor.START, ++requestNo, List.of(ApiClient.restore(folder.itemId())));
            api.send(api.request("/v1/vaults/" + vault + "/mutations")
                            .header("X-Forwarded-For", sender)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(Json.write(restore)))
                            .build())
                    .expect(200);
        }

        JsonNode audit =
                cluster.node(0).admin().get("/v1/audit?limit=1000").json().path("entries");
        assertThat(StreamSupport.stream(audit.spliterator(), false)
                        .filter(entry -> entry.path("action").asText().equals("item_restored"))
                        .map(entry -> entry.path("address").asText()))
                .containsExactlyElementsOf(senders);
    }

    @Test
    void blobsThatComeAlongAreTakenByWhicheverNodeTheyComeTo() {
        Device writer = cluster.node(0).anyone().register("with blobs");
        VaultId vault = cluster.node(0).admin().vaultFor("with blobs", writer);

        for (int node = 0; node < 3; node++) {
            byte[] bytes = ("by node " + node).getBytes(StandardCharsets.UTF_8);
            MutationsRequest request = new MutationsRequest(
                    Cursor.START, node + 1, List.of(ApiClient.createFile("by node " + node, bytes)));
            byte[] body = new BatchWithBlobs(
                            ByteBuffer.wrap(Json.write(request)),
                            List.of(new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes))))
                    .encode();
            JsonNode answer = at(node, writer)
                    .post("/v1/vaults/" + vault + "/mutations", BatchWithBlobs.MEDIA_TYPE, body)
                    .expect(200)
                    .json();
            assertThat(answer.at("/results/0/status").asText()).isEqualTo("accepted");
        }
    }

    @Test
    void everyNodeTakesMutationsOfEveryVaultAndAllGiveTheSameHistory() {
        for (VaultId vault : vaults) {
            for (int node = 0; node < 3; node++) {
                Response answer = at(node).mutate(
                                vault, Cursor.START, node + 1, ApiClient.createFolder("by node " + node))
                        .expect(200);
                assertThat(answer.json().path("results").get(0).path("seq").asLong())
                        .isEqualTo(node + 1);
            }
            JsonNode log = at(0).log(vault, Cursor.START, 100).expect(200).json();
            assertThat(log.path("entries")).hasSize(3);
            for (int node = 0; node < 3; node++) {
                assertThat(at(node).log(vault, Cursor.START, 100).expect(200).json())
                        .isEqualTo(log);
                assertThat(at(node).get("/v1/vaults/" + vault)
                                .expect(200)
                                .json()
                                .path("head_seq")
                                .asLong())
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void aFullBatchAndASnapshotGoThroughEveryNode() {
        Device writer = cluster.node(0).anyone().register("writer of much");
        VaultId vault = cluster.node(0).admin().vaultFor("much", writer);
        String name = "n".repeat(240);
        for (int node = 0; node < 3; node++) {
            Op[] ops = new Op[Limits.DEFAULT.maxBatch()];
            for (int i = 0; i < ops.length; i++) {
                ops[i] = ApiClient.createFolder(name + "-" + node + "-" + i);
            }
            JsonNode results = at(node, writer)
                    .mutate(vault, Cursor.START, node + 1, ops)
                    .expect(200)
                    .json()
                    .path("results");
            assertThat(results)
                    .allSatisfy(
                            result -> assertThat(result.path("seq").asLong()).isPositive());
        }
        List<byte[]> snapshots = new ArrayList<>();
        for (int node = 0; node < 3; node++) {
            snapshots.add(at(node, writer)
                    .get("/v1/vaults/" + vault + "/snapshot")
                    .expect(200)
                    .bytes());
        }
        assertThat(snapshots.get(1)).isEqualTo(snapshots.get(0)).isEqualTo(snapshots.get(2));
    }

    @Test
    void aQuotaThatIsSetOnAnyNodeHoldsForTheNextOpOnEach() {
        Device writer = cluster.node(0).anyone().register("limited");
        VaultId vault = cluster.node(0).admin().vaultFor("limited", writer);
        for (int node = 0; node < 3; node++) {
            cluster.node(node)
                    .admin()
                    .put(
                            "/v1/vaults/" + vault + "/quota",
                            BodyPublishers.ofString("{\"quota_items\":" + (node + 1) + "}"))
                    .expect(200);
            JsonNode results = at((node + 1) % 3, writer)
                    .mutate(
                            vault,
                            Cursor.START,
                            node + 1,
                            ApiClient.createFolder("one more " + node),
                            ApiClient.createFolder("too many " + node))
                    .expect(200)
                    .json()
                    .path("results");
            assertThat(results.findValuesAsText("status")).containsExactly("accepted", "rejected");
        }
    }

    @Test
    void whatIsRefusedOnAnotherNodeIsRefusedInTheSameWords() {
        for (int node = 0; node < 3; node++) {
            Response diverged =
                    at(node).mutate(vaults.get(0), new Cursor(1, 1, new Chain(1, 2)), 100, ApiClient.createFolder("x"));
            assertThat(diverged.status()).isEqualTo(409);
            assertThat(diverged.code()).isEqualTo("log_diverged");
        }
    }

    @Test
    void aCommitOnOneNodeWakesSocketsOnAll() throws Exception {
        Device writer = cluster.node(0).anyone().register("writer");
        VaultId vault = cluster.node(0).admin().vaultFor("woken", writer);
        String here = "tinysync_wake_seconds_count{committed_on=\"this_node\"}";
        String elsewhere = "tinysync_wake_seconds_count{committed_on=\"another_node\"}";
        double hereBefore = metric(here);
        double elsewhereBefore = metric(elsewhere);
        List<WakeListener> listeners = new ArrayList<>();
        try {
            for (TestServer node : cluster.nodes()) {
                WakeListener listener = WakeListener.connect(node.url(), writer);
                listeners.add(listener);
                assertThat(listener.next()).isEqualTo(new Wake(vault, 0));
            }
            at(1, writer)
                    .mutate(vault, Cursor.START, 1, ApiClient.createFolder("a"))
                    .expect(200);
            for (WakeListener listener : listeners) {
                assertThat(listener.next()).isEqualTo(new Wake(vault, 1));
            }
            assertThat(metric(here) - hereBefore).isEqualTo(1);
            assertThat(metric(elsewhere) - elsewhereBefore).isEqualTo(2);
        } finally {
            listeners.forEach(WakeListener::close);
        }
    }

    @Test
    void aRevocationOnOneNodeEndsSocketsAndRequestsOnAll() throws Exception {
        Device lost = cluster.node(0).anyone().register("lost");
        VaultId vault = cluster.node(0).admin().vaultFor("lost", lost);
        EndlessBody body = new EndlessBody();
        try (WakeListener socket = WakeListener.connect(cluster.node(1).url(), lost);
                WakeListener beside = WakeListener.connect(cluster.node(2).url(), lost)) {
            assertThat(socket.next()).isEqualTo(new Wake(vault, 0));
            assertThat(beside.next()).isEqualTo(new Wake(vault, 0));
            CompletableFuture<Response> upload = CompletableFuture.supplyAsync(() -> at(2, lost)
                    .put(
                            ApiClient.blobPath(vault, Sha256.hash(new byte[1])),
                            BodyPublishers.ofInputStream(() -> body)));
            body.awaitBegun();

            cluster.node(0).admin().delete("/v1/devices/" + lost.id()).expect(204);

            socket.awaitClosed();
            beside.awaitClosed();
            body.end();
            assertThat(upload.handle((response, failure) -> failure != null || response.status() == 401)
                            .get(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void aPairingCodeIsGoodAtEveryNodeAndOnceInAll() {
        PairingCode code = PairingCode.parse(at(0).post("/v1/pairings", Map.of())
                .expect(201)
                .json()
                .path("code")
                .asText());
        Management.RegisterDevice body = new Management.RegisterDevice("phone", code);

        Response joined = cluster.node(1).anyone().post("/v1/devices", body).expect(201);

        assertThat(cluster.node(2).anyone().post("/v1/devices", body).code()).isEqualTo("forbidden");
        ApiClient phone =
                cluster.node(2).anyone().as(joined.json().path("token").asText());
        phone.get("/v1/vaults/" + vaults.getFirst()).expect(200);
    }

    @Test
    void aWithdrawnGrantCutsADownloadOnAnotherNode() throws Exception {
        Device reader = cluster.node(0).anyone().register("reader");
        ApiClient admin = cluster.node(0).admin();
        VaultId vault = admin.vaultFor("withdrawn", reader);
        byte[] bytes = new byte[32 << 20];
        new Random(1).nextBytes(bytes);
        Sha256 blob = Sha256.hash(bytes);
        at(0, reader).putBlob(vault, blob, bytes).expect(204);
        HttpResponse<InputStream> download = at(1, reader)
                .http()
                .send(
                        at(1, reader)
                                .request(ApiClient.blobPath(vault, blob))
                                .GET()
                                .build(),
                        BodyHandlers.ofInputStream());
        assertThat(download.statusCode()).isEqualTo(200);

        String group = StreamSupport.stream(
                        admin.get("/v1/groups").json().path("groups").spliterator(), false)
                .filter(one -> one.path("name").asText().equals("withdrawn"))
                .findFirst()
                .orElseThrow()
                .path("group_id")
                .asText();
        admin.delete("/v1/groups/" + group + "/devices/" + reader.id()).expect(204);

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> download.body().readAllBytes())
                .isInstanceOf(IOException.class);
        assertThat(at(1, reader).get(ApiClient.blobPath(vault, blob)).status()).isEqualTo(404);
    }
}
