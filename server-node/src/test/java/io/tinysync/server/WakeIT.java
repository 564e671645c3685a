package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.server.ApiClient.Device;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a device hears on its socket, and what a revocation ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WakeIT {

    private TestServer server;
    private ApiClient admin;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        admin = server.admin();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aSocketFirstTellsTheHeadOfEveryReachableVaultAndThenOfEveryCommit() throws Exception {
        Device writer = server.anyone().register("writer");
        Device reader = server.anyone().register("reader");
        VaultId empty = admin.vaultFor("empty", reader);
        VaultId vault = admin.vaultFor("written", writer, reader);
        writer.api()
                .mutate(vault, Cursor.START, 1, ApiClient.createFolder("a"), ApiClient.createFolder("b"))
                .expect(200);

        try (WakeListener listener = WakeListener.connect(server.url(), reader)) {
            assertThat(Arrays.asList(listener.next(), listener.next()))
                    .containsExactlyInAnyOrder(new Wake(empty, 0), new Wake(vault, 2));

            writer.api()
                    .mutate(vault, writer.api().head(vault), 2, ApiClient.createFolder("c"))
                    .expect(200);

            assertThat(listener.next()).isEqualTo(new Wake(vault, 3));
        }
    }

    @Test
    void aNewGrantTellsTheHeadOfItsVaultAndAWithdrawnOneNothing() throws Exception {
        Device device = server.anyone().register("device");
        try (WakeListener listener = WakeListener.connect(server.url(), device)) {
            VaultId first = admin.vaultFor("granted later", device);
            assertThat(listener.next()).isEqualTo(new Wake(first, 0));
            String group = group("granted later");

            admin.delete("/v1/groups/" + group).expect(204);
            VaultId second = admin.vaultFor("granted last", device);

            assertThat(listener.next()).isEqualTo(new Wake(second, 0));
        }
    }

    private String group(String name) {
        for (JsonNode group : admin.get("/v1/groups").json().path("groups")) {
            if (group.path("name").asText().equals(name)) {
                return group.path("group_id").asText();
            }
        }
        throw new AssertionError("no group " + name);
    }

    @Test
    void aDeviceThatDoesNotReachAVaultHearsNothingOfIt() throws Exception {
        Device writer = server.anyone().register("writer");
        Device stranger = server.anyone().register("stranger");
        VaultId own = admin.vaultFor("own", stranger);
        VaultId vault = admin.vaultFor("not theirs", writer);
        try (WakeListener listener = WakeListener.connect(server.url(), stranger)) {
            assertThat(listener.next()).isEqualTo(new Wake(own, 0));
            writer.api()
                    .mutate(vault, Cursor.START, 1, ApiClient.createFolder("a"))
                    .expect(200);
            stranger.api()
                    .mutate(own, Cursor.START, 1, ApiClient.createFolder("a"))
                    .expect(200);

            assertThat(listener.next()).isEqualTo(new Wake(own, 1));
        }
    }

    @Test
    void manyCommitsReachASocketInTheEnd() throws Exception {
        Device device = server.anyone().register("busy");
        VaultId vault = admin.vaultFor("busy", device);
        try (WakeListener listener = WakeListener.connect(server.url(), device)) {
            for (int i = 0; i < 20; i++) {
                Op[] ops = new Op[50];
                int batch = i;
                Arrays.setAll(ops, j -> ApiClient.createFolder("f" + batch + "-" + j));
                device.api().mutate(vault, Cursor.START, i + 1, ops).expect(200);
            }

            long seen = 0;
            while (seen < 1000) {
                Wake wake = listener.next();
                assertThat(wake.headSeq()).isGreaterThanOrEqualTo(seen);
                seen = wake.headSeq();
            }
            assertThat(seen).isEqualTo(1000);
        }
    }

    @Test
    void aSocketWhoseDeviceAnswersNoPingIsClosedAndOneThatDoesIsNot(@TempDir Path data) throws Exception {
        Map<String, Object> impatient = Map.of("socket-ping", "100ms", "socket-silence", "1s");
        try (TestServer strict = TestServer.start(data, TestPostgres.newDatabase(), impatient)) {
            Device device = strict.anyone().register("device");
            VaultId vault = strict.admin().vaultFor("vault", device);
            try (WakeListener answering = WakeListener.connect(strict.url(), device);
                    SilentSocket silent =
                            SilentSocket.open(strict.url(), device.api().token())) {
                assertThat(answering.next()).isEqualTo(new Wake(vault, 0));
                silent.awaitEnd();

                device.api()
                        .mutate(vault, Cursor.START, 1, ApiClient.createFolder("a"))
                        .expect(200);

                assertThat(answering.next()).isEqualTo(new Wake(vault, 1));
                assertThat(answering.isClosed()).isFalse();
            }
        }
    }

    /** They take nothing of what they are sent, so they are as good as gone, however much they say themselves. */
    @Test
    void socketsThatSendAndNeverReadAreClosed(@TempDir Path data) throws Exception {
        List<byte[]> unaskedGuessedPingText = List.of(
                new byte[] {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0},
                new byte[] {(byte) 0x8A, (byte) 0x88, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
                new byte[] {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0},
                new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
        Map<String, Object> impatient = Map.of("socket-ping", "100ms", "socket-silence", "1s");
        try (TestServer strict = TestServer.start(data, TestPostgres.newDatabase(), impatient)) {
            Device device = strict.anyone().register("device");
            KernelConnections connections = KernelConnections.to(strict.url());
            try (WakeListener answering = WakeListener.connect(strict.url(), device)) {
                for (byte[] frame : unaskedGuessedPingText) {
                    try (RawConnection deaf = new RawConnection(strict.url());
                            Trickle _ = Trickle.of(
                                    deaf, SilentSocket.handshake(device.api().token()), frame)) {
                        connections.awaitEnded(deaf.port());
                    }
                }
                assertThat(answering.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aSocketNeedsAToken() {
        assertThatThrownBy(() -> WakeListener.connect(
                        server.url(), new Device(server.anyone().register("x").id(), server.anyone())))
                .rootCause()
                .hasMessageContaining("401");
    }

    @Test
    void aRevokedDeviceLosesItsSocketAndItsRequestsAtOnce() throws Exception {
        Device device = server.anyone().register("lost");
        VaultId vault = admin.vaultFor("lost", device);
        try (WakeListener listener = WakeListener.connect(server.url(), device)) {
            assertThat(listener.next()).isEqualTo(new Wake(vault, 0));
            EndlessBody body = new EndlessBody();
            CompletableFuture<ApiClient.Response> upload = CompletableFuture.supplyAsync(() -> device.api()
                    .put(
                            ApiClient.blobPath(vault, Sha256.hash(new byte[1])),
                            BodyPublishers.ofInputStream(() -> body)));
            body.awaitBegun();

            admin.delete("/v1/devices/" + device.id()).expect(204);

            listener.awaitClosed();
            body.end();
            assertThat(upload.handle((response, failure) -> failure != null || response.status() == 401)
                            .get(20, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(device.api().get("/v1/vaults").code()).isEqualTo("unauthorized");
            assertThat(admin.get("/v1/devices/" + device.id())
                            .json()
                            .path("revoked")
                            .asBoolean())
                    .isTrue();
        }
    }

    @Test
    void aDeviceMayRevokeItself() {
        Device device = server.anyone().register("leaving");

        device.api().delete("/v1/devices/" + device.id()).expect(204);

        assertThat(device.api().get("/v1/devices/" + device.id()).code()).isEqualTo("unauthorized");
    }
}
