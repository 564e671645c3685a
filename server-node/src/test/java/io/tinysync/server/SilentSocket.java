package io.tinysync.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A device that opened its wake socket and is heard of no more: it reads, and answers nothing. */
final class SilentSocket implements AutoCloseable {

    private static final int LIMIT_MILLIS = 20_000;

    private final Socket socket;

    private SilentSocket(Socket socket) {
        this.socket = socket;
    }

    static SilentSocket open(String server, String token) throws IOException {
        URI address = URI.create(server);
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.getOutputStream().write(handshake(token).getBytes(StandardCharsets.US_ASCII));
        String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        if (!status.equals("HTTP/1.1 101")) {
            throw new IOException("no socket was opened: " + status);
        }
        return new SilentSocket(socket);
    }

    /** Asks for the device's wake socket. */
    static String handshake(String token) {
        return """
            GET /v1/wake HTTP/1.1\r
            Host: tinysync\r
            Authorization: Bearer %s\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """.formatted(token);
    }

    /** Returns when the server has ended the connection; fails if that takes longer than any limit of the test's server. */
    void awaitEnd() throws IOException {
        InputStream stream = socket.getInputStream();
        while (stream.read() >= 0) {
            // Pings and wakes; a device that has vanished hears none of them.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
