package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a device may have on the server's disk of uploads in parts that come to no end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UploadLimitsIT {

    private static final int BYTES = 100_000;

    private Path data;
    private TestServer server;

    /** A device, and the vault to which it sends. */
    private record Sender(Device device, VaultId vault) {}

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        this.data = data;
        server = TestServer.start(data, TestPostgres.newDatabase(), limits(3, 1_000_000));
    }

    private static Map<String, Object> limits(int uploads, long bytes) {
        return Map.of("max-file-bytes", "1000000", "uploads.per-device", uploads, "uploads.bytes-per-device", bytes);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Sender sender(String name) {
        Device device = server.anyone().register(name);
        return new Sender(device, server.admin().vaultFor(name, device));
    }

    @Test
    void beyondTheLimitADeviceWaitsUntilAnotherOfItsUploadsIsLeftAndThenTakesItsRoom() throws Exception {
        Sender sender = sender("many");
        for (int i = 1; i <= 3; i++) {
            begin(sender, bytes(i)).expect(200);
        }
        Response refused = begin(sender, bytes(4)).expect(429);
        assertThat(refused.code()).isEqualTo("too_many_uploads");
        assertThat(refused.text()).contains("3", "1000000");
        assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
        begin(sender("someone else"), bytes(4)).expect(200);

        twoMinutesPass(sender);
        begin(sender, bytes(4)).expect(200);

        assertThat(uploadsOnDisk(sender)).hasSize(3);
    }

    @Test
    void theBytesOfALargeUploadTakeTheRoomOfOthersThatWereLeft() throws Exception {
        Sender sender = sender("large");
        begin(sender, bytes(1)).expect(200);
        begin(sender, bytes(2)).expect(200);
        byte[] large = bytes(3, 1_000_000);
        assertThat(begin(sender, large).expect(429).code()).isEqualTo("too_many_uploads");

        twoMinutesPass(sender);
        begin(sender, large).expect(200);

        assertThat(uploadsOnDisk(sender)).hasSize(1);
        end(sender, large).expect(200);
        assertThat(uploadsOnDisk(sender)).isEmpty();
    }

    @Test
    void aLimitBelowTheLargestFileIsNoSetting(@TempDir Path other) {
        assertThatThrownBy(() -> TestServer.start(other, TestPostgres.newDatabase(), limits(3, 999_999)))
                .isInstanceOf(StartupException.class)
                .hasMessage("uploads.bytes-per-device must be at least max-file-bytes, which is 1000000, not 999999");
        assertThatThrownBy(() -> TestServer.start(other, TestPostgres.newDatabase(), limits(0, 1_000_000)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("at least 1 upload must be allowed, not 0");
    }

    private Response begin(Sender sender, byte[] bytes) {
        return patch(sender, bytes, 0, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private Response end(Sender sender, byte[] bytes) {
        return patch(sender, bytes, bytes.length / 2, Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
    }

    private Response patch(Sender sender, byte[] whole, int offset, byte[] part) {
        ApiClient api = sender.device().api();
        return api.send(api.request(ApiClient.blobPath(sender.vault(), Sha256.hash(whole)) + "/upload")
                .header("Upload-Offset", String.valueOf(offset))
                .header("Upload-Length", String.valueOf(whole.length))
                .method("PATCH", BodyPublishers.ofByteArray(part))
                .build());
    }

    private void twoMinutesPass(Sender sender) throws IOException {
        for (Path upload : uploadsOnDisk(sender)) {
            Files.setLastModifiedTime(upload, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
        }
    }

    private List<Path> uploadsOnDisk(Sender sender) throws IOException {
        try (Stream<Path> files = Files.list(
                data.resolve("blobs/partial").resolve(sender.device().id().toString()))) {
            return files.toList();
        }
    }

    private static byte[] bytes(int seed) {
        return bytes(seed, BYTES);
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
