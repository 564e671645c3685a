package io.tinysync.server;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Wake;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device's socket: what it hears, in order. */
final class WakeListener implements WebSocket.Listener, AutoCloseable {

    private final BlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private @Nullable WebSocket socket;

    static WakeListener connect(String server, ApiClient.Device device) throws Exception {
        WakeListener listener = new WakeListener();
        WebSocket.Builder builder = device.api().http().newWebSocketBuilder();
        if (!device.api().token().isEmpty()) {
            builder.header("Authorization", "Bearer " + device.api().token());
        }
        listener.socket = builder.buildAsync(URI.create(server.replaceFirst("http", "ws") + "/v1/wake"), listener)
                .get(10, TimeUnit.SECONDS);
        return listener;
    }

    /** How it ended. */
    String awaitClosed() throws Exception {
        return closed.get(10, TimeUnit.SECONDS);
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** Whether a wake comes within a time, which is then no longer waiting. */
    boolean hearsWithin(long millis) throws InterruptedException {
        return wakes.poll(millis, TimeUnit.MILLISECONDS) != null;
    }

    Wake next() throws InterruptedException {
        Wake wake = wakes.poll(10, TimeUnit.SECONDS);
        if (wake == null) {
            throw new AssertionError("no wake came within 10 s");
        }
        return wake;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence text, boolean last) {
        try {
            wakes.add(Json.read(text.toString().getBytes(StandardCharsets.UTF_8), Wake.class));
        } catch (Json.MalformedException e) {
            closed.completeExceptionally(e);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete("closed " + statusCode + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete("failed " + error);
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }
}
