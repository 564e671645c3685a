package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Uploads in parts: what has arrived is not sent again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UploadsIT {

    private TestServer server;
    private Path data;
    private Device laptop;
    private Device desktop;
    private VaultId vault;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        this.data = data;
        server = TestServer.start(data, TestPostgres.newDatabase(), Map.of("max-file-bytes", "50000000"));
        laptop = server.anyone().register("laptop");
        desktop = server.anyone().register("desktop");
        vault = server.admin().vaultFor("shared", laptop, desktop);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void afterACutTheUploadGoesOnWhereItStopped() throws Exception {
        byte[] bytes = bytes(1, 8_000_000);
        Sha256 id = Sha256.hash(bytes);
        assertThat(progress(laptop, id).path("offset").asLong()).isZero();
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH " + path(id) + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + laptop.api().token()
                            + "\r\nUpload-Offset: 0\r\nUpload-Length: 8000000\r\nContent-Length: 8000000\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, 5_000_000);
            out.flush();
            Await.until("most of it has arrived", () -> bytesOnDisk() > 4_000_000);
        }
        long offset = progress(laptop, id).path("offset").asLong();
        assertThat(offset).isBetween(4_000_000L, 5_000_000L);

        Response done = patch(laptop, id, offset, bytes.length, Arrays.copyOfRange(bytes, (int) offset, bytes.length));

        assertThat(done.expect(200).json().path("stored").asBoolean()).isTrue();
        assertThat(progress(laptop, id).path("stored").asBoolean()).isTrue();
        assertThat(laptop.api().get(ApiClient.blobPath(vault, id)).expect(200).bytes())
                .isEqualTo(bytes);
        JsonNode named = laptop.api()
                .mutate(vault, laptop.api().head(vault), ++requestNo, ApiClient.createFile("large", bytes))
                .json()
                .at("/results/0/status");
        assertThat(named.asText()).isEqualTo("accepted");
    }

    @Test
    void anUploadIsItsDevicesAlone() {
        byte[] bytes = bytes(2, 100_000);
        Sha256 id = Sha256.hash(bytes);
        patch(laptop, id, 0, bytes.length, Arrays.copyOf(bytes, 60_000)).expect(200);

        assertThat(progress(laptop, id).path("offset").asLong()).isEqualTo(60_000);
        assertThat(progress(desktop, id).path("offset").asLong()).isZero();
        patch(laptop, id, 60_000, bytes.length, Arrays.copyOfRange(bytes, 60_000, 100_000))
                .expect(200);
        assertThat(progress(desktop, id).path("stored").asBoolean())
                .as("nobody has named it")
                .isFalse();
        desktop.api().get(ApiClient.blobPath(vault, id)).expect(404);
    }

    @Test
    void bytesAtAnotherOffsetAreRefusedAndTheRightOneIsTold() {
        byte[] bytes = bytes(3, 100_000);
        Sha256 id = Sha256.hash(bytes);
        patch(laptop, id, 0, bytes.length, Arrays.copyOf(bytes, 10_000)).expect(200);

        Response refused = patch(laptop, id, 0, bytes.length, bytes).expect(409);

        assertThat(refused.code()).isEqualTo("offset_mismatch");
        assertThat(progress(laptop, id).path("offset").asLong()).isEqualTo(10_000);
    }

    @Test
    void bytesOfAnotherHashAreDroppedAndSentAnew() {
        byte[] bytes = bytes(4, 100_000);
        Sha256 id = Sha256.hash(bytes);
        assertThat(patch(laptop, id, 0, bytes.length, bytes(5, 100_000))
                        .expect(422)
                        .code())
                .isEqualTo("hash_mismatch");
        patch(laptop, id, 0, bytes.length, bytes(6, 50_000)).expect(200);
        assertThat(patch(laptop, id, 50_000, bytes.length, bytes(7, 50_000))
                        .expect(409)
                        .code())
                .as("perhaps what had arrived is what is wrong")
                .isEqualTo("offset_mismatch");
        assertThat(progress(laptop, id).path("offset").asLong()).isZero();

        assertThat(patch(laptop, id, 0, bytes.length, bytes)
                        .expect(200)
                        .json()
                        .path("stored")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void moreThanTheLimitAndMoreThanWasSaidIsRefused() {
        byte[] bytes = bytes(8, 1000);
        Sha256 id = Sha256.hash(bytes);
        assertThat(patch(laptop, id, 0, 50_000_001, bytes).expect(413).code()).isEqualTo("too_large");
        assertThat(patch(laptop, id, 0, 999, bytes).expect(400).code()).isEqualTo("bad_request");
        assertThat(patch(laptop, id, -1, 999, bytes).expect(400).code()).isEqualTo("bad_request");
    }

    @Test
    void theRequestThatBringsTheLastByteMayBeRepeated() {
        byte[] bytes = bytes(9, 300_000);
        Sha256 id = Sha256.hash(bytes);
        patch(laptop, id, 0, bytes.length, bytes).expect(200);

        assertThat(progress(laptop, id)).isEqualTo(progress(laptop, id));
        assertThat(progress(laptop, id).path("offset").asLong()).isEqualTo(300_000);
        assertThat(progress(laptop, id).path("stored").asBoolean()).isTrue();
    }

    /** Of uploads in parts. */
    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("blobs/partial"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private JsonNode progress(Device device, Sha256 id) {
        return device.api().get(path(id)).expect(200).json();
    }

    private Response patch(Device device, Sha256 id, long offset, long length, byte[] bytes) {
        return device.api()
                .send(device.api()
                        .request(path(id))
                        .header("Upload-Offset", String.valueOf(offset))
                        .header("Upload-Length", String.valueOf(length))
                        .method("PATCH", BodyPublishers.ofByteArray(bytes))
                        .build());
    }

    private String path(Sha256 id) {
        return ApiClient.blobPath(vault, id) + "/upload";
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
