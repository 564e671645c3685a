package io.tinysync.suites;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Op;
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
import java.util.List;

/** Puts into a vault what a suite wants to find there. Each request is made once and must succeed. */
final class VaultFiller {

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int FILES_A_FOLDER = 500;

    private final HttpClient http;
    private final LoadDevice device;

    VaultFiller(HttpClient http, LoadDevice device) {
        this.http = http;
        this.device = device;
    }

    /** A file with so many bytes, unlike any other. */
    Content addFile(int sizeBytes) throws IOException, InterruptedException {
        Payload payload = Payload.of(sizeBytes);
        upload(payload);
        send(List.of(file(ItemId.ROOT, "content " + payload.content().sha256(), payload.content())));
        return payload.content();
    }

    /** Folders with empty files in them; how many items were made, which is somewhat more than asked for. */
    int addEmptyFiles(int atLeast) throws IOException, InterruptedException {
        upload(Payload.without(Content.EMPTY));
        int count = 0;
        while (count < atLeast) {
            count += addFolder();
        }
        return count;
    }

    private int addFolder() throws IOException, InterruptedException {
        ItemId folder = new ItemId(LoadDevice.uuid7());
        List<Op> ops = new ArrayList<>();
        ops.add(new Op.CreateFolder(
                LoadDevice.newOpId(), folder, List.of(), ItemId.ROOT, "large " + folder, 0755, LoadDevice.nowNs()));
        for (int i = 0; i < FILES_A_FOLDER; i++) {
            ops.add(file(folder, "report " + i + ".txt", Content.EMPTY));
        }
        for (int from = 0; from < ops.size(); from += Limits.MAX_BATCH) {
            send(ops.subList(from, Math.min(ops.size(), from + Limits.MAX_BATCH)));
        }
        return ops.size();
    }

    private static Op file(ItemId folder, String name, Content content) {
        return new Op.CreateFile(
                LoadDevice.newOpId(),
                new ItemId(LoadDevice.uuid7()),
                List.of(),
                folder,
                name,
                content,
                0644,
                LoadDevice.nowNs());
    }

    private void upload(Payload payload) throws IOException, InterruptedException {
        ask(HttpRequest.newBuilder(
                        URI.create(device.at("/blobs/" + payload.content().sha256())))
                .PUT(BodyPublishers.ofByteArray(payload.bytes())));
    }

    private void send(List<Op> ops) throws IOException, InterruptedException {
        byte[] answer = ask(HttpRequest.newBuilder(URI.create(device.at("/mutations")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(device.mutations(ops))));
        String took = device.tookResults(answer);
        if (!took.equals(LoadDevice.FINE)) {
            throw new IllegalStateException("a vault could not be filled: " + took);
        }
    }

    /** Follows the log to its end; where that is. */
    Cursor head() throws IOException, InterruptedException {
        Cursor before;
        do {
            before = device.cursor();
            String took = device.tookPage(ask(HttpRequest.newBuilder(URI.create(device.nextPage()))));
            if (!took.equals(LoadDevice.FINE)) {
                throw new IllegalStateException("a log could not be followed: " + took);
            }
        } while (!device.cursor().equals(before));
        return before;
    }

    private byte[] ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(
                request.header("Authorization", device.authorization())
                        .timeout(ANSWER)
                        .build(),
                BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.uri() + " answered " + response.statusCode() + " "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }
}
