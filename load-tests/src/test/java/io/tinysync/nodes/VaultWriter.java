package io.tinysync.nodes;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A device that writes to one vault as a device does: what is not answered it sends again, with the next number and to the next node, until it
 * is. For one thread.
 */
final class VaultWriter {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final Duration ANSWER = Duration.ofSeconds(40);
    private static final Duration GIVE_UP = Duration.ofMinutes(2);
    private static final long PAUSE_MS = 100;
    private static final int PAGE = 1_000;

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();

    private final List<String> nodes;
    private final VaultId vault;
    private final String token;
    private final Map<OpId, Long> acknowledged = new HashMap<>();
    private int node;
    private long requestNo;
    private int repeats;

    private VaultWriter(List<String> nodes, VaultId vault, String token) {
        this.nodes = List.copyOf(nodes);
        this.vault = vault;
        this.token = token;
    }

    /** A new vault and a new device that reaches it. */
    static VaultWriter create(List<String> nodes, String adminToken, String name) throws Exception {
        AdminCalls admin = new AdminCalls(HTTP, nodes.getFirst(), adminToken);
        AdminCalls.SharedVault shared = admin.share(name);
        return new VaultWriter(
                nodes, shared.vault().vaultId(), admin.register(name, shared).token());
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(
                request.header("Authorization", "Bearer " + token)
                        .timeout(ANSWER)
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static byte[] require200(HttpResponse<byte[]> response) {
        if (response.statusCode() != OK) {
            throw new AssertionError(response.uri() + " answered " + response.statusCode() + " "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }

    /** Makes one folder; whatever goes wrong on the way is only a repeat, unless it does so for minutes or is no passing thing. */
    void write() throws Exception {
        Op op = new Op.CreateFolder(
                new OpId(UUID.randomUUID()),
                new ItemId(UUID.randomUUID()),
                List.of(),
                ItemId.ROOT,
                "folder " + UUID.randomUUID(),
                0755,
                0);
        long began = System.nanoTime();
        while (!isAcknowledged(op)) {
            if (System.nanoTime() - began > GIVE_UP.toNanos()) {
                throw new AssertionError("not answered for " + GIVE_UP);
            }
            repeats++;
            node = (node + 1) % nodes.size();
            Thread.sleep(PAUSE_MS);
        }
    }

    private boolean isAcknowledged(Op op) throws Exception {
        HttpRequest.Builder post = HttpRequest.newBuilder(URI.create(path() + "/mutations"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(
                        Json.write(new MutationsRequest(Cursor.START, ++requestNo, List.of(op)))));
        try {
            HttpResponse<byte[]> response = send(post);
            if (response.statusCode() == UNAVAILABLE) {
                return false;
            }
            MutationsReply reply = Json.read(require200(response), MutationsReply.class);
            Long seq = reply.results().getFirst().seq();
            if (seq == null) {
                throw new AssertionError("rejected: " + reply);
            }
            acknowledged.put(op.opId(), seq);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String path() {
        return nodes.get(node) + "/v1/vaults/" + vault;
    }

    /** The ops of the whole log with their seqs; each page's chain is checked. */
    Map<OpId, Long> log() throws Exception {
        List<Entry> entries = new ArrayList<>();
        Cursor at = Cursor.START;
        LogPage page;
        do {
            HttpRequest.Builder get = HttpRequest.newBuilder(URI.create(
                    path() + "/log?after=" + at.epoch() + "." + at.seq() + "." + at.chain() + "&limit=" + PAGE));
            page = Json.readLogPage(require200(send(get)), at);
            entries.addAll(page.entries());
            at = page.entries().isEmpty() ? at : page.entries().getLast().cursor();
        } while (!page.entries().isEmpty());
        Map<OpId, Long> ops = new HashMap<>();
        for (Entry entry : entries) {
            if (ops.put(entry.opId(), entry.seq()) != null) {
                throw new AssertionError("twice in the log: " + entry);
            }
        }
        return ops;
    }

    String token() {
        return token;
    }

    Map<OpId, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** How often a request had to be sent again. */
    int repeats() {
        return repeats;
    }
}
