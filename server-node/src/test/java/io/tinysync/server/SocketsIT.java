package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import io.tinysync.server.ApiClient.Device;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many sockets a node takes, and what it tells them when it goes away. */
final class SocketsIT {

    @TempDir
    private Path data;

    @Test
    void aNodeThatStopsSendsItsSocketsElsewhereAndThoseOfTheOthersStay() throws Exception {
        try (TestCluster cluster = TestCluster.start(data, 2)) {
            Device device = cluster.node(0).anyone().register("device");
            VaultId vault = cluster.node(0).admin().vaultFor("vault", device);
            try (WakeListener leaving = WakeListener.connect(cluster.node(1).url(), device);
                    WakeListener staying = WakeListener.connect(cluster.node(0).url(), device)) {
                assertThat(leaving.next()).isEqualTo(new Wake(vault, 0));
                assertThat(staying.next()).isEqualTo(new Wake(vault, 0));

                cluster.node(1).close();

                assertThat(leaving.awaitClosed()).isEqualTo("closed 1001 this node is stopping, connect to another");
                cluster.node(0)
                        .anyone()
                        .as(device.api().token())
                        .mutate(vault, Cursor.START, 1, ApiClient.createFolder("a"))
                        .expect(200);
                assertThat(staying.next()).isEqualTo(new Wake(vault, 1));
                assertThat(staying.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aSocketOverTheLimitIsRefusedForAWhileAndTakenWhenOneHasEnded() throws Exception {
        try (TestServer server = TestServer.start(data, TestPostgres.newDatabase(), Map.of("socket-limit", 2))) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            WakeListener first = WakeListener.connect(server.url(), device);
            try (WakeListener second = WakeListener.connect(server.url(), device)) {
                assertThat(first.next()).isEqualTo(new Wake(vault, 0));
                assertThat(second.next()).isEqualTo(new Wake(vault, 0));

                assertThatThrownBy(() -> WakeListener.connect(server.url(), device))
                        .cause()
                        .isInstanceOfSatisfying(
                                WebSocketHandshakeException.class,
                                refusal -> assertThat(
                                                refusal.getResponse().headers().firstValue("Retry-After"))
                                        .isPresent());
                assertThat(server.anyone()
                                .as(device.api().token())
                                .get("/v1/vaults")
                                .status())
                        .isEqualTo(200);

                first.close();
                Await.until("the place of the ended socket is free", () -> takes(server, device));
            }
        }
    }

    private static boolean takes(TestServer server, Device device) throws Exception {
        try (WakeListener listener = WakeListener.connect(server.url(), device)) {
            listener.next();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    @Test
    void socketsThatAreOpenedOneAtATimeAllOpenAndTheUnauthorizedHoldNobodyUp() throws Exception {
        Map<String, Object> oneAtATime = Map.of("socket-openings", 1);
        try (TestServer server = TestServer.start(data, TestPostgres.newDatabase(), oneAtATime)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            Device nobody = new Device(device.id(), server.anyone().as("tsdev_x"));
            List<Future<WakeListener>> admitted = new ArrayList<>();
            List<Future<WakeListener>> refused = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 20; i++) {
                    refused.add(threads.submit(() -> WakeListener.connect(server.url(), nobody)));
                    admitted.add(threads.submit(() -> WakeListener.connect(server.url(), device)));
                }
            }
            assertThat(refused)
                    .allSatisfy(socket ->
                            assertThatThrownBy(socket::get).rootCause().hasMessageContaining("401"));
            for (Future<WakeListener> socket : admitted) {
                try (WakeListener listener = socket.get()) {
                    assertThat(listener.next()).isEqualTo(new Wake(vault, 0));
                }
            }
        }
    }
}
