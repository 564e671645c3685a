package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server process: what survives its end, and how it refuses to start. */
final class ServerProcessIT {

    private static final List<String> NO_FLAGS = List.of();

    @TempDir
    private Path data;

    @Test
    void whatWasAcknowledgedSurvivesAKillInTheMiddleOfWriting() throws Exception {
        Device device;
        VaultId vault;
        Map<String, Op> acknowledged = new ConcurrentHashMap<>();
        Set<OpId> sent = ConcurrentHashMap.newKeySet();
        try (ServerProcess server = ServerProcess.start(data, NO_FLAGS)) {
            device = server.anyone().register("writer");
            vault = server.admin().vaultFor("vault", device);
            byte[] bytes = {1, 2, 3};
            device.api().putBlob(vault, Sha256.hash(bytes), bytes).expect(204);
            CompletableFuture<Integer> enough = new CompletableFuture<>();
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> write(device, vault, bytes, sent, acknowledged, enough));
            enough.get(60, TimeUnit.SECONDS);
            server.kill();
            writing.get(60, TimeUnit.SECONDS);
        }
        assertThat(sent.size()).as("the kill hit a write in flight").isGreaterThan(acknowledged.size());

        try (ServerProcess server = ServerProcess.start(data, NO_FLAGS)) {
            ApiClient api = server.anyone().as(device.api().token());
            List<String> logged = loggedOps(api, vault);
            assertThat(logged).containsAll(acknowledged.keySet()).doesNotHaveDuplicates();
            assertThat(sent.stream().map(OpId::toString)).containsAll(logged);
            repeatTakesNoSecondEffect(api, vault, Objects.requireNonNull(acknowledged.get(logged.getFirst())));
        }
    }

    private static void repeatTakesNoSecondEffect(ApiClient api, VaultId vault, Op op) {
        long head = api.head(vault).seq();

        assertThat(api.mutate(vault, Cursor.START, 1, op).code()).isEqualTo("device_rewound");
        JsonNode repeated = api.mutate(vault, Cursor.START, 1_000_000, op)
                .expect(200)
                .json()
                .path("results")
                .get(0);

        assertThat(repeated.path("status").asText()).isEqualTo("accepted");
        assertThat(repeated.path("seq").asLong()).isEqualTo(1);
        assertThat(api.head(vault).seq()).isEqualTo(head);
    }

    /** Writes until the server is gone. */
    private static void write(
            Device device,
            VaultId vault,
            byte[] bytes,
            Set<OpId> sent,
            Map<String, Op> acknowledged,
            CompletableFuture<Integer> enough) {
        try {
            for (int requestNo = 1; ; requestNo++) {
                Op[] ops = {ApiClient.createFile("f" + requestNo, bytes), ApiClient.createFolder("d" + requestNo)};
                for (Op op : ops) {
                    sent.add(op.opId());
                }
                device.api().mutate(vault, Cursor.START, requestNo, ops).expect(200);
                for (Op op : ops) {
                    acknowledged.put(op.opId().toString(), op);
                }
                if (requestNo == 50) {
                    enough.complete(requestNo);
                }
            }
        } catch (UncheckedIOException e) {
            // The connection broke: the server was killed.
        }
    }

    private static List<String> loggedOps(ApiClient api, VaultId vault) throws Exception {
        List<String> ops = new ArrayList<>();
        Cursor cursor = Cursor.START;
        LogPage page;
        do {
            page = Json.readLogPage(api.log(vault, cursor, 1000).expect(200).bytes(), cursor);
            page.entries().forEach(entry -> ops.add(String.valueOf(entry.opId())));
            cursor =
                    page.entries().isEmpty() ? cursor : page.entries().getLast().cursor();
        } while (cursor.seq() < page.headSeq());
        return ops;
    }

    @Test
    void itStopsInOrderAndAnAnnouncedRestoreBeginsANewEpochOnTheSameChain() throws Exception {
        Device device;
        VaultId vault;
        Cursor before;
        try (ServerProcess server = ServerProcess.start(data, NO_FLAGS)) {
            device = server.anyone().register("device");
            vault = server.admin().vaultFor("vault", device);
            device.api()
                    .mutate(vault, Cursor.START, 1, ApiClient.createFolder("a"))
                    .expect(200);
            before = device.api().head(vault);
            assertThat(ServerProcess.startInVain(data))
                    .isEqualTo(new ServerProcess.Refusal(
                            1,
                            "tinysync server: the data directory " + data + " is in use by another server (pid "
                                    + server.pid() + ")\n"));
            String password = Files.readString(data.resolve("postgres/password"));
            assertThat(server.commandLines())
                    .as("PostgreSQL is among them")
                    .anyMatch(line -> line.contains("bin/postgres"))
                    .noneMatch(line -> line.contains(password) || line.contains(TestServer.ADMIN_TOKEN));
            assertThat(server.terminate()).isZero();
        }

        try (ServerProcess server = ServerProcess.start(data, NO_FLAGS, "--restored")) {
            ApiClient api = server.anyone().as(device.api().token());
            LogPage page =
                    Json.readLogPage(api.log(vault, before, 10).expect(200).bytes(), before);
            assertThat(page.epoch()).isEqualTo(2);
            assertThat(page.entries()).hasSize(1);
            assertThat(page.entries().getFirst().epoch()).isEqualTo(2);
        }
    }

    @Test
    void aPortInUseAndADatabaseThatIsNotThereAreOneLineEach() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            ServerProcess.Refusal refusal =
                    ServerProcess.startInVain(data, "--listen", "127.0.0.1:" + taken.getLocalPort());

            assertThat(refusal.exitCode()).isEqualTo(1);
            assertThat(refusal.output().lines()).singleElement().asString().contains("cannot listen", "in use");
        }
        ServerProcess.Refusal unreachable =
                ServerProcess.startInVain(data, "--database-url", "postgresql://a:b@127.0.0.1:1/none");
        assertThat(unreachable.exitCode()).isEqualTo(1);
        assertThat(unreachable.output().lines()).singleElement().asString().contains("cannot use the database");
    }

    @Test
    void wrongUsageIsOneLineWhyAndAHint() throws Exception {
        assertWrongUsage("HOST:PORT", "--listen", "here");
        assertWrongUsage("there is no port 70000", "--listen", "here:70000");
        assertWrongUsage("file:DIRECTORY", "--blob-store", "somewhere");
        assertWrongUsage("--no-such-option", "--no-such-option");
    }

    private void assertWrongUsage(String why, String... arguments) throws Exception {
        ServerProcess.Refusal refusal = ServerProcess.startInVain(data, arguments);
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.output().lines()).hasSize(2);
        assertThat(refusal.output()).startsWith("tinysync server: ").contains(why, "'tinysync server --help'");
    }

    @Test
    void theAdminTokenIsMadeForItsOwnerOnly() throws Exception {
        try (TestServer server = TestServer.start(data, TestPostgres.newDatabase(), Map.of("admin-token", ""))) {
            Path file = data.resolve("admin-token");

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            server.anyone().as(Files.readString(file).strip()).get("/v1/groups").expect(200);
        }
    }
}
