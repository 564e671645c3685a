package io.tinysync.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Asks a vault of a running server, as one device, and takes what comes without judging it. For any number of threads. */
final class HttpVault {

    private final HttpClient http;
    private final String token;
    private final VaultId vault;
    private final Duration patience;

    /** @param patience after which an answer counts as lost */
    HttpVault(HttpClient http, String token, VaultId vault, Duration patience) {
        this.http = http;
        this.token = token;
        this.vault = vault;
        this.patience = patience;
    }

    /**
     * Asks once.
     *
     * @param node the URL of a server
     */
    Answer ask(String node, Question question) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = http.send(request(node, question), BodyHandlers.ofByteArray());
            return response.statusCode() < 300 ? read(question, response.body()) : refused(response);
        } catch (IOException e) {
            return new Answer.Lost(e.toString());
        }
    }

    private HttpRequest request(String node, Question question) {
        String path = node + "/v1/vaults/" + vault;
        HttpRequest.Builder request = switch (question) {
            case Question.Mutations(var body) ->
                to(path + "/mutations")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Json.write(body)));
            case Question.ReadLog(var after, int limit) -> to(path + "/log?after=" + text(after) + "&limit=" + limit);
            case Question.ReadHead() -> to(path);
            case Question.ReadSnapshot() -> to(path + "/snapshot");
            case Question.SendBlob(var sha256, long _) ->
                to(path + "/blobs/" + sha256).PUT(BodyPublishers.ofByteArray(Palette.bytes(sha256)));
        };
        return request.header("Authorization", "Bearer " + token)
                .timeout(patience)
                .build();
    }

    private static HttpRequest.Builder to(String uri) {
        return HttpRequest.newBuilder(URI.create(uri));
    }

    private static String text(Cursor cursor) {
        return cursor.epoch() + "." + cursor.seq() + "." + cursor.chain();
    }

    private static Answer read(Question question, byte[] body) throws IOException {
        return switch (question) {
            case Question.Mutations _ -> new Answer.Results(Json.read(body, MutationsReply.class));
            case Question.ReadLog _ -> new Answer.Page(Json.read(body, LogPage.class));
            case Question.ReadHead() -> new Answer.Status(Json.read(body, VaultStatus.class));
            case Question.ReadSnapshot() -> snapshot(body);
            case Question.SendBlob _ -> new Answer.Done();
        };
    }

    private static Answer refused(HttpResponse<byte[]> response) throws IOException {
        return new Answer.Refused(Json.read(response.body(), Problem.class));
    }

    private static Answer snapshot(byte[] body) throws IOException {
        String text = new String(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), UTF_8);
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !text.endsWith("\n")) {
            return new Answer.Lost("the snapshot was cut off");
        }
        MessageDigest digest = Sha256.newDigest();
        lines.subList(0, lines.size() - 1).forEach(line -> digest.update((line + "\n").getBytes(UTF_8)));
        List<Item> items = new ArrayList<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            items.add(Json.read(line.getBytes(UTF_8), Item.class));
        }
        return new Answer.Snapshot(
                Json.read(lines.getFirst().getBytes(UTF_8), SnapshotHeader.class),
                items,
                Json.read(lines.getLast().getBytes(UTF_8), SnapshotTrailer.class),
                Sha256.of(digest.digest()));
    }
}
