package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Maintenance.CollectRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The collection and the verification of blobs on a real PostgreSQL and a real directory, with times of seconds instead of days. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CollectionIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Path blobs;
    private TestServer server;
    private ApiClient admin;
    private Device laptop;
    private Device desktop;
    private VaultId vault;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        blobs = data.resolve("blobs");
        server = TestServer.start(
                data,
                TestPostgres.newDatabase(),
                Map.of("gc.interval", "1d", "gc.lease", "1s", "gc.grace", "2s", "gc.unnamed", "1s"));
        admin = server.admin();
        laptop = server.anyone().register("laptop");
        desktop = server.anyone().register("desktop");
        vault = admin.vaultFor("collected", laptop, desktop);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whatNobodyEverNamedGoesAndWhatIsNamedStays() {
        byte[] named = bytes(1, 3_000_000);
        byte[] abandoned = bytes(2, 2_000_000);
        send(named);
        name("kept", named);
        send(abandoned);
        assertThat(file(abandoned)).exists();

        collectUntil(report -> !Files.exists(file(abandoned)));

        assertThat(file(named)).exists();
        assertThat(desktop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(named)))
                        .expect(200)
                        .bytes())
                .isEqualTo(named);
        laptop.api().get(ApiClient.blobPath(vault, Sha256.hash(abandoned))).expect(404);
        assertThat(result(ApiClient.createFile("late", abandoned)).path("code").asText())
                .isEqualTo("blob_missing");

        send(abandoned);
        name("late", abandoned);
        assertThat(file(abandoned)).exists();
    }

    @Test
    void aCondemnedBlobIsMissingUntilItsBytesComeAgain() {
        byte[] bytes = bytes(3, 5_000_000);
        send(bytes);
        collectUntil(report -> report.path("condemned_bytes").asLong() >= 5_000_000);
        assertThat(result(ApiClient.createFile("early", bytes)).path("code").asText())
                .isEqualTo("blob_missing");
        assertThat(file(bytes)).as("it is condemned, and not gone").exists();

        send(bytes);
        name("early", bytes);

        collectFor(Duration.ofSeconds(5));
        assertThat(file(bytes)).exists();
    }

    /** A large file is sent in parts: its device asks first what has arrived. */
    @Test
    void ofACondemnedBlobNothingHasArrivedSoThatItsDeviceSendsItAgain() {
        byte[] bytes = bytes(9, 4_500_000);
        String upload = ApiClient.blobPath(vault, Sha256.hash(bytes)) + "/upload";
        send(bytes);
        assertThat(laptop.api().get(upload).expect(200).json().path("stored").asBoolean())
                .isTrue();
        collectUntil(report -> report.path("condemned_bytes").asLong() >= 4_500_000);

        JsonNode progress = laptop.api().get(upload).expect(200).json();

        assertThat(progress.path("stored").asBoolean()).isFalse();
        assertThat(progress.path("offset").asLong()).isZero();
        laptop.api()
                .send(laptop.api()
                        .request(upload)
                        .header("Upload-Offset", "0")
                        .header("Upload-Length", String.valueOf(bytes.length))
                        .method("PATCH", BodyPublishers.ofByteArray(bytes))
                        .build())
                .expect(200);
        name("sent in parts", bytes);
    }

    @Test
    void whatATombstoneHoldsStaysAndMayBeRestored() {
        byte[] bytes = bytes(4, 100_000);
        send(bytes);
        Op.CreateFile create = ApiClient.createFile("deleted", bytes);
        long seq = result(create).path("seq").asLong();
        result(ApiClient.delete(create.itemId(), seq));

        collectFor(Duration.ofSeconds(5));

        assertThat(file(bytes)).exists();
        assertThat(result(ApiClient.restore(create.itemId())).path("status").asText())
                .isEqualTo("accepted");
        assertThat(desktop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(bytes)))
                        .expect(200)
                        .bytes())
                .isEqualTo(bytes);
    }

    @Test
    void aDryRunTellsAndChangesNothing() {
        byte[] bytes = bytes(5, 100_000);
        send(bytes);
        JsonNode report = collectDryUntil(dry -> dry.path("condemned_bytes").asLong() >= 100_000);

        assertThat(report.path("dry_run").asBoolean()).isTrue();
        name("not condemned", bytes);
    }

    @Test
    void aListingThatFailsEndsTheRunAndTakesNothing() throws IOException {
        byte[] bytes = bytes(6, 100_000);
        send(bytes);
        Path folder = blobs.resolve(slice(bytes));
        Path aside = blobs.resolve("aside");
        Files.move(folder, aside);
        Files.writeString(folder, "no directory");
        try {
            JsonNode status = run("/v1/gc", new CollectRequest(false));
            assertThat(status.path("state").asText()).isEqualTo("failed");
            assertThat(status.path("failure").asText()).isNotEmpty();
        } finally {
            Files.delete(folder);
            Files.move(aside, folder);
        }
        name("listed", bytes);
        assertThat(run("/v1/gc", new CollectRequest(false)).path("state").asText())
                .isEqualTo("done");
    }

    @Test
    void aVerificationNamesWhatIsMissingAndWhatIsWrong() throws IOException {
        byte[] missing = bytes(7, 100_000);
        byte[] wrong = bytes(8, 2_500_000);
        send(missing);
        send(wrong);
        name("missing", missing);
        name("wrong", wrong);
        assertThat(verified().path("damaged").asLong()).isZero();
        Files.delete(file(missing));
        byte[] damaged = wrong.clone();
        damaged[1_234_567]++;
        Files.write(file(wrong), damaged);

        JsonNode report = verified();

        assertThat(report.path("damaged").asLong()).isEqualTo(2);
        assertThat(report.toString())
                .contains(
                        Sha256.hash(missing).toString(),
                        "missing",
                        Sha256.hash(wrong).toString(),
                        "have the hash",
                        vault.toString());
        send(missing);
        send(wrong);
        assertThat(verified().path("damaged").asLong())
                .as("after the bytes have come again")
                .isZero();
    }

    /** Devices send, name, delete and restore the same few contents while run follows run. */
    @Test
    void nothingThatIsNamedGoesWhileEverythingHappensAtOnce() throws Exception {
        VaultId busy = admin.vaultFor("busy", laptop, desktop);
        long end = System.nanoTime() + Duration.ofSeconds(12).toNanos();
        List<Future<Integer>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Device device : List.of(laptop, desktop)) {
                writers.add(threads.submit(() -> writes(device, busy, end)));
            }
            long runs = 0;
            while (System.nanoTime() < end) {
                assertThat(run("/v1/gc", new CollectRequest(false))
                                .path("state")
                                .asText())
                        .isEqualTo("done");
                runs++;
            }
            assertThat(runs).isGreaterThan(3);
            for (Future<Integer> writer : writers) {
                assertThat(writer.get(60, TimeUnit.SECONDS)).isPositive();
            }
        }

        assertThat(verified().path("damaged").asLong()).isZero();
    }

    /** How many ops were accepted. */
    private static int writes(Device device, VaultId vault, long endNanos) {
        Random chance = new Random(device.id().hashCode());
        int accepted = 0;
        for (long no = 1; System.nanoTime() < endNanos; no++) {
            byte[] bytes = bytes(100 + chance.nextInt(30), 20_000);
            if (chance.nextInt(3) > 0) {
                int status =
                        device.api().putBlob(vault, Sha256.hash(bytes), bytes).status();
                assertThat(status).isIn(204, 503);
            }
            if (chance.nextBoolean()) {
                JsonNode result = device.api()
                        .mutate(
                                vault,
                                device.api().head(vault),
                                no,
                                ApiClient.createFile(device.id() + "-" + no, bytes))
                        .expect(200)
                        .json()
                        .at("/results/0");
                accepted += result.path("status").asText().equals("accepted") ? 1 : 0;
            }
        }
        return accepted;
    }

    private void send(byte[] bytes) {
        laptop.api().putBlob(vault, Sha256.hash(bytes), bytes).expect(204);
    }

    private void name(String name, byte[] bytes) {
        JsonNode result = result(ApiClient.createFile(name, bytes));
        assertThat(result.path("status").asText()).as("%s", result).isEqualTo("accepted");
    }

    private synchronized JsonNode result(Op op) {
        return laptop.api()
                .mutate(vault, laptop.api().head(vault), ++requestNo, op)
                .expect(200)
                .json()
                .at("/results/0");
    }

    private Path file(byte[] bytes) {
        return blobs.resolve(slice(bytes)).resolve(Sha256.hash(bytes).toString());
    }

    private static String slice(byte[] bytes) {
        return Sha256.hash(bytes).toString().substring(0, 2);
    }

    private void collectUntil(Predicate<JsonNode> done) {
        collectUntil(false, done);
    }

    private JsonNode collectDryUntil(Predicate<JsonNode> done) {
        return collectUntil(true, done);
    }

    private JsonNode collectUntil(boolean dryRun, Predicate<JsonNode> done) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode status = run("/v1/gc", new CollectRequest(dryRun));
            assertThat(status.path("state").asText()).as("%s", status).isEqualTo("done");
            if (done.test(status.path("report"))) {
                return status.path("report");
            }
        }
        throw new AssertionError("no run of the collection has done it");
    }

    /** Long enough for what may go to be condemned, to wait and to go. */
    private void collectFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            assertThat(run("/v1/gc", new CollectRequest(false)).path("state").asText())
                    .isEqualTo("done");
        }
    }

    private JsonNode verified() {
        JsonNode status = run("/v1/verify", Map.of());
        assertThat(status.path("state").asText()).as("%s", status).isEqualTo("done");
        return status.path("report");
    }

    /** Starts a run and waits for its end. */
    private JsonNode run(String path, Object request) {
        admin.post(path, request).expect(202);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode status = admin.get(path).expect(200).json();
            if (!status.path("state").asText().equals("running")) {
                return status;
            }
        }
        throw new AssertionError("the run does not end");
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
