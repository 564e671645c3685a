package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the API does when all is well. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiIT {

    private TestServer server;
    private ApiClient admin;
    private Device laptop;
    private Device desktop;
    private VaultId vault;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        admin = server.admin();
        laptop = server.anyone().register("laptop");
        desktop = server.anyone().register("desktop");
        vault = admin.vaultFor("shared", laptop, desktop);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void itIsAliveAndReadyAndCounts() {
        server.anyone().get("/alive").expect(200);
        server.anyone().get("/ready").expect(200);
        assertThat(server.anyone().get("/metrics").expect(200).text())
                .contains("tinysync_blob_downloads_total", "tinysync_blob_download_bytes_total");
    }

    @Test
    void inItsClusterItHasTheVersionOfTheProduct() {
        assertThat(Version.number()).matches("\\d+\\.\\d+.*");
        assertThat(server.metric("tinysync_build_info{version=\"" + Version.number() + "\"}"))
                .isEqualTo(1);
    }

    @Test
    void aVaultIsListedForThoseWhoReachIt() {
        Device phone = server.anyone().register("phone");
        admin.vaultFor("listed", phone);

        JsonNode vaults = phone.api().get("/v1/vaults").expect(200).json().path("vaults");

        assertThat(vaults).hasSize(1);
        assertThat(vaults.get(0).path("name").asText()).isEqualTo("listed");
        assertThat(vaults.get(0).path("name_policy").asText()).isEqualTo("portable");
        assertThat(vaults.get(0).path("limits").path("max_file_bytes").asLong()).isEqualTo(10_000_000_000L);
        assertThat(server.anyone()
                        .register("stranger")
                        .api()
                        .get("/v1/vaults")
                        .json()
                        .path("vaults"))
                .isEmpty();
    }

    @Test
    void whatOneDeviceWritesTheOtherReplaysAndReads() throws Exception {
        VaultId fresh = admin.vaultFor("written", laptop, desktop);
        byte[] bytes = bytes(1, 300_000);
        Sha256 blob = Sha256.hash(bytes);
        laptop.api().putBlob(fresh, blob, bytes).expect(204);

        JsonNode results = laptop.api()
                .mutate(fresh, Cursor.START, 1, ApiClient.createFolder("a"), ApiClient.createFile("b.bin", bytes))
                .expect(200)
                .json()
                .path("results");

        assertThat(results.findValuesAsText("status")).containsExactly("accepted", "accepted");
        Response page = desktop.api().log(fresh, Cursor.START, 500).expect(200);
        LogPage log = Json.readLogPage(page.bytes(), Cursor.START);
        assertThat(log.headSeq()).isEqualTo(2);
        assertThat(page.json()
                        .path("entries")
                        .get(1)
                        .path("item")
                        .path("content")
                        .path("sha256")
                        .asText())
                .isEqualTo(blob.toString());
        assertThat(log.entries().get(1).deviceId()).isEqualTo(laptop.id());
        assertThat(desktop.api()
                        .get(ApiClient.blobPath(fresh, blob))
                        .expect(200)
                        .bytes())
                .isEqualTo(bytes);
        JsonNode status = desktop.api().get("/v1/vaults/" + fresh).json();
        assertThat(status.path("head_seq").asLong()).isEqualTo(2);
        assertThat(status.path("items").asLong()).isEqualTo(2);
        assertThat(status.path("bytes").asLong()).isEqualTo(300_000);
    }

    @Test
    void theLogComesInPagesThatContinueEachOther() throws Exception {
        VaultId fresh = admin.vaultFor("paged", laptop);
        Op[] ops = new Op[200];
        Arrays.setAll(ops, i -> ApiClient.createFolder("folder" + i));
        laptop.api().mutate(fresh, Cursor.START, 1, ops).expect(200);

        Cursor cursor = Cursor.START;
        int pages = 0;
        while (cursor.seq() < 200) {
            LogPage page = Json.readLogPage(
                    laptop.api().log(fresh, cursor, 30).expect(200).bytes(), cursor);
            assertThat(page.entries()).hasSizeBetween(1, 30);
            cursor = page.entries().getLast().cursor();
            pages++;
        }

        assertThat(pages).isEqualTo(7);
        assertThat(Json.readLogPage(laptop.api().log(fresh, cursor, 30).bytes(), cursor)
                        .entries())
                .isEmpty();
    }

    @Test
    void aSnapshotIsWholeAndItsTrailerProvesIt() throws Exception {
        VaultId fresh = admin.vaultFor("snapshot", laptop);
        laptop.api()
                .mutate(fresh, Cursor.START, 1, ApiClient.createFolder("one"), ApiClient.createFolder("two"))
                .expect(200);

        Response response =
                laptop.api().get("/v1/vaults/" + fresh + "/snapshot").expect(200);

        assertThat(response.header("Content-Encoding")).isEqualTo("gzip");
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(response.bytes())).readAllBytes(), StandardCharsets.UTF_8);
        List<String> lines = text.lines().toList();
        assertThat(lines).hasSize(4);
        Cursor head = laptop.api().head(fresh);
        assertThat(lines.getFirst()).isEqualTo(new String(Json.write(head), StandardCharsets.UTF_8));
        JsonNode trailer = Json.read(lines.getLast().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(trailer.path("end").asBoolean()).isTrue();
        assertThat(trailer.path("items").asInt()).isEqualTo(2);
        assertThat(trailer.path("seq").asLong()).isEqualTo(2);
        String before = text.substring(0, text.length() - lines.getLast().length() - 1);
        assertThat(trailer.path("sha256").asText())
                .isEqualTo(Sha256.hash(before.getBytes(StandardCharsets.UTF_8)).toString());
    }

    @Test
    void anEmptyVaultHasAnEmptySnapshotAndAnEmptyLog() throws Exception {
        VaultId fresh = admin.vaultFor("empty", laptop);

        assertThat(Json.readLogPage(
                                laptop.api()
                                        .get("/v1/vaults/" + fresh + "/log")
                                        .expect(200)
                                        .bytes(),
                                Cursor.START)
                        .headSeq())
                .isZero();
        Response response =
                laptop.api().get("/v1/vaults/" + fresh + "/snapshot").expect(200);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(response.bytes())).readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .contains("\"items\":0")
                .hasLineCount(2);
    }

    @Test
    void partsOfABlobAreServedAndItsLeavesListed() {
        byte[] bytes = bytes(2, 1_500_000);
        Sha256 blob = Sha256.hash(bytes);
        String path = ApiClient.blobPath(vault, blob);
        laptop.api().putBlob(vault, blob, bytes).expect(204);

        Response part = laptop.api()
                .send(laptop.api()
                        .request(path)
                        .header("Range", "bytes=1000000-1000099")
                        .build())
                .expect(206);
        assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 1_000_100));
        assertThat(part.header("Content-Range")).isEqualTo("bytes 1000000-1000099/1500000");
        assertThat(laptop.api()
                        .send(laptop.api()
                                .request(path)
                                .header("Range", "bytes=-5")
                                .build())
                        .expect(206)
                        .bytes())
                .isEqualTo(Arrays.copyOfRange(bytes, 1_499_995, 1_500_000));
        Response head =
                laptop.api().send(laptop.api().request(path).HEAD().build()).expect(200);
        assertThat(head.header("Content-Length")).isEqualTo("1500000");
        JsonNode leaves = laptop.api().get(path + "/leaves").expect(200).json();
        assertThat(leaves.path("leaves")).hasSize(2);
        assertThat(leaves.path("leaf_bytes").asInt()).isEqualTo(1 << 20);
        assertThat(leaves.path("size").asInt()).isEqualTo(1_500_000);
    }

    @Test
    void theEmptyFileIsAFile() {
        VaultId fresh = admin.vaultFor("empty file", laptop, desktop);
        Sha256 blob = Sha256.hash(new byte[0]);
        laptop.api().putBlob(fresh, blob, new byte[0]).expect(204);

        laptop.api()
                .mutate(fresh, Cursor.START, 1, ApiClient.createFile("empty", new byte[0]))
                .expect(200);

        assertThat(desktop.api()
                        .get(ApiClient.blobPath(fresh, blob))
                        .expect(200)
                        .bytes())
                .isEmpty();
    }

    @Test
    void countersTellWhatWasServed() {
        byte[] bytes = bytes(3, 1000);
        Sha256 blob = Sha256.hash(bytes);
        laptop.api().putBlob(vault, blob, bytes).expect(204);
        double before = counter("tinysync_blob_download_bytes_total");

        laptop.api().get(ApiClient.blobPath(vault, blob)).expect(200);

        assertThat(counter("tinysync_blob_download_bytes_total")).isEqualTo(before + 1000);
    }

    private double counter(String name) {
        return server.anyone()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    @Test
    void devicesAndGroupsAreManaged() {
        Device tablet = server.anyone().register("tablet");
        assertThat(tablet.api()
                        .get("/v1/devices/" + tablet.id())
                        .expect(200)
                        .json()
                        .path("display_name")
                        .asText())
                .isEqualTo("tablet");
        assertThat(admin.get("/v1/devices").expect(200).json().path("devices").findValuesAsText("device_id"))
                .contains(tablet.id().toString());
        VaultId fresh = admin.vaultFor("managed", tablet);
        JsonNode groups = admin.get("/v1/groups").expect(200).json().path("groups");
        JsonNode group = groups.get(groups.size() - 1);
        assertThat(group.path("vaults").get(0).asText()).isEqualTo(fresh.toString());
        tablet.api().get("/v1/vaults/" + fresh).expect(200);

        String path = "/v1/groups/" + group.path("group_id").asText();
        admin.delete(path + "/devices/" + tablet.id()).expect(204);

        tablet.api().get("/v1/vaults/" + fresh).expect(404);
        admin.delete(path).expect(204);
        admin.get(path).expect(404);
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Its entity would try to start for ever. */
    @Test
    void aVaultThatIsNoneWakesNoEntity() {
        double pauses = server.metric("tinysync_vault_pauses_total");

        admin.get("/v1/vaults/01a2b3c4-0000-7000-8000-00000000000e").expect(404);
        admin.post("/internal/vaults/01a2b3c4-0000-7000-8000-00000000000f/save", Map.of())
                .expect(404);

        // Had their entities been asked to start, they would have failed before the one of this vault is up.
        admin.get("/v1/vaults/" + admin.vaultFor("started after them")).expect(200);
        assertThat(server.metric("tinysync_vault_pauses_total")).isEqualTo(pauses);
    }
}
