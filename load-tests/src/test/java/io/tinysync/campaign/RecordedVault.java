package io.tinysync.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.e2e.ServerProcess;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A new vault on a running server, with devices that write to it and are recorded. */
final class RecordedVault {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ServerProcess server;
    private final List<RecordingClient> clients = new ArrayList<>();

    private RecordedVault(ServerProcess server) {
        this.server = server;
    }

    static RecordedVault create(ServerProcess server, HttpClient http, HistoryWriter writer, int devices, long seed)
            throws IOException, InterruptedException {
        RecordedVault recorded = new RecordedVault(server);
        String name = "history " + seed;
        VaultStatus vault =
                recorded.post("/v1/vaults", new Management.CreateVault(name, NamePolicy.PORTABLE), VaultStatus.class);
        writer.add(new HistoryEvent.VaultUsed(vault));
        Management.GroupStatus group =
                recorded.post("/v1/groups", new Management.CreateGroup(name), Management.GroupStatus.class);
        recorded.put("/v1/groups/" + group.groupId() + "/vaults/" + vault.vaultId());
        for (int i = 0; i < devices; i++) {
            Management.RegisteredDevice device = recorded.post(
                    "/v1/devices", new Management.RegisterDevice("device " + i), Management.RegisteredDevice.class);
            recorded.put("/v1/groups/" + group.groupId() + "/devices/" + device.deviceId());
            recorded.clients.add(new RecordingClient(
                    new WritingDevice(device.deviceId(), NamePolicy.PORTABLE, seed * devices + i),
                    new HttpVault(http, device.token(), vault.vaultId(), PATIENCE),
                    vault.vaultId(),
                    List.of(server.url()),
                    writer,
                    seed));
        }
        return recorded;
    }

    private <T> T post(String path, Object body, Class<T> type) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                server.send("POST", path, ServerProcess.ADMIN_TOKEN, new String(Json.write(body), UTF_8));
        if (answer.statusCode() != 201) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Json.read(answer.body().getBytes(UTF_8), type);
    }

    private void put(String path) throws IOException, InterruptedException {
        int status = server.send("PUT", path, ServerProcess.ADMIN_TOKEN, "").statusCode();
        if (status != 204) {
            throw new AssertionError(path + ": " + status);
        }
    }

    /** All devices write at the same time, until each has been answered so many times, while something else happens. */
    void write(int answersEach, Callable<?> meanwhile) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
            List<Future<?>> working = new ArrayList<>();
            for (RecordingClient client : clients) {
                working.add(threads.submit(() -> {
                    client.work(answersEach);
                    return null;
                }));
            }
            meanwhile.call();
            for (Future<?> work : working) {
                await(work);
            }
        }
    }

    private static void await(Future<?> work) throws InterruptedException {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed", e.getCause());
        }
    }

    /** Once nobody writes any more. */
    void finish() throws InterruptedException {
        for (RecordingClient client : clients) {
            client.catchUp();
        }
        clients.getFirst().recordFinalLog();
        clients.forEach(RecordingClient::recordFinalTree);
    }
}
