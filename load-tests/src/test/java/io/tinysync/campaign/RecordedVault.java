package io.tinysync.campaign;

import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.nodes.AdminCalls;
import java.io.IOException;
import java.net.http.HttpClient;
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

    private final List<RecordingClient> clients = new ArrayList<>();

    private RecordedVault() {}

    /**
     * Makes the vault and its devices.
     *
     * @param nodes the URLs of the server's nodes, one of which each request goes to
     * @param patience after which an answer counts as lost
     */
    static RecordedVault create(
            AdminCalls admin,
            List<String> nodes,
            HttpClient http,
            Duration patience,
            HistoryWriter writer,
            int devices,
            long seed)
            throws IOException, InterruptedException {
        RecordedVault recorded = new RecordedVault();
        AdminCalls.SharedVault shared = admin.share("history " + seed);
        VaultId vault = shared.vault().vaultId();
        writer.add(new HistoryEvent.VaultUsed(shared.vault()));
        for (int i = 0; i < devices; i++) {
            Management.RegisteredDevice device = admin.register("device " + i, shared);
            recorded.clients.add(new RecordingClient(
                    new WritingDevice(device.deviceId(), NamePolicy.PORTABLE, seed * devices + i),
                    new HttpVault(http, device.token(), vault, patience),
                    vault,
                    nodes,
                    writer,
                    seed));
        }
        return recorded;
    }

    List<RecordingClient> clients() {
        return List.copyOf(clients);
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
