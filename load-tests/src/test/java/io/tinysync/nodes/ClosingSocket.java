package io.tinysync.nodes;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device's wake socket, of which only its end counts. */
final class ClosingSocket implements WebSocket.Listener, AutoCloseable {

    private static final long CONNECT_SECONDS = 20;

    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private ClosingSocket() {}

    /** @param server the URL of a node */
    static ClosingSocket open(String server, String token) throws Exception {
        ClosingSocket socket = new ClosingSocket();
        socket.http
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create(server.replaceFirst("^http", "ws") + "/v1/wake"), socket)
                .get(CONNECT_SECONDS, TimeUnit.SECONDS);
        return socket;
    }

    /** The code with which the node closes it; fails if the connection ends without one. */
    int awaitClosed(Duration limit) throws Exception {
        return closed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
