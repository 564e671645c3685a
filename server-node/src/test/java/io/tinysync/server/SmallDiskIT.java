package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server whose blobs are on a small disk, which is full and then is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SmallDiskIT {

    private Path blobs;
    private TestServer server;
    private Device laptop;
    private VaultId vault;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        blobs = Files.createDirectories(data.resolve("blobs"));
        mount("-t", "tmpfs", "-o", "size=8m", "tmpfs");
        server = TestServer.start(data, TestPostgres.newDatabase(), Map.of());
        laptop = server.anyone().register("laptop");
        vault = server.admin().vaultFor("full", laptop);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        run("umount", "-l", blobs.toString());
    }

    private void mount(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(options));
        command.add(blobs.toString());
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeItIsSentAndGoesThroughOnceThereIsRoom() throws Exception {
        byte[] small = bytes(1, 1_000_000);
        byte[] large = bytes(2, 12_000_000);
        laptop.api().putBlob(vault, Sha256.hash(small), small).expect(204);

        for (Response refused : List.of(put(large), progress(large))) {
            assertThat(refused.expect(507).code()).isEqualTo("insufficient_storage");
            assertThat(refused.header("Retry-After")).isEqualTo("30");
        }
        assertThat(laptop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(small)))
                        .expect(200)
                        .bytes())
                .isEqualTo(small);

        mount("-o", "remount,size=40m");
        patch(large, 0).expect(200);
        JsonNode status = laptop.api().get(path(large)).expect(200).json();
        assertThat(status.path("stored").asBoolean()).isTrue();
    }

    @Test
    void ofSeveralShortBlobsThoseThatFitAreStoredAndTheOthersSaidOneByOne() throws Exception {
        mount("-o", "remount,size=60m");
        Path ballast = blobs.resolve("ballast");
        byte[][] contents = new byte[20][];
        Arrays.setAll(contents, i -> bytes(100 + i, 60_000));
        long left = Files.getFileStore(blobs).getUsableSpace();
        Files.write(ballast, new byte[(int) left - 300_000]);

        List<String> codes = codes(contents);

        assertThat(codes).contains("", "insufficient_storage").doesNotContain("unavailable", "internal_error");
        for (int i = 0; i < contents.length; i++) {
            int expected = codes.get(i).isEmpty() ? 200 : 404;
            laptop.api()
                    .get(ApiClient.blobPath(vault, Sha256.hash(contents[i])))
                    .expect(expected);
        }
        Files.delete(ballast);
        assertThat(codes(contents)).containsOnly("");
    }

    /** Empty for those that were stored. */
    private List<String> codes(byte[][] contents) {
        List<String> codes = new ArrayList<>();
        laptop.api()
                .postBlobs(vault, contents)
                .expect(200)
                .json()
                .path("results")
                .forEach(result -> codes.add(result.path("code").asText()));
        return codes;
    }

    private Response put(byte[] bytes) {
        return laptop.api()
                .send(laptop.api()
                        .request(ApiClient.blobPath(vault, Sha256.hash(bytes)))
                        .expectContinue(true)
                        .PUT(BodyPublishers.ofByteArray(bytes))
                        .build());
    }

    /** Says how long the upload will be, to hear whether there is room. */
    private Response progress(byte[] bytes) {
        return laptop.api()
                .send(laptop.api()
                        .request(path(bytes))
                        .header("Upload-Length", String.valueOf(bytes.length))
                        .GET()
                        .build());
    }

    private Response patch(byte[] bytes, long offset) {
        return laptop.api()
                .send(laptop.api()
                        .request(path(bytes))
                        .expectContinue(true)
                        .header("Upload-Offset", String.valueOf(offset))
                        .header("Upload-Length", String.valueOf(bytes.length))
                        .method("PATCH", BodyPublishers.ofByteArray(bytes))
                        .build());
    }

    private String path(byte[] bytes) {
        return ApiClient.blobPath(vault, Sha256.hash(bytes)) + "/upload";
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
