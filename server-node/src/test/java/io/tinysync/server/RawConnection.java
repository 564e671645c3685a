package io.tinysync.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A connection that sends what it is told to, HTTP or not, and reads what comes back. */
final class RawConnection implements AutoCloseable {

    /** Nothing of what is sent here takes an honest server so long. */
    private static final int PATIENCE_MILLIS = 20_000;

    private static final int MAX_HEAD = 64 << 10;

    private final Socket socket = new Socket();
    private final InputStream in;

    RawConnection(String server) throws IOException {
        this(server, 0);
    }

    /** @param receiveBuffer in bytes, for a reader that shall not have much read for it by the kernel; 0: as the kernel likes */
    RawConnection(String server, int receiveBuffer) throws IOException {
        URI address = URI.create(server);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** An answer's head. */
    record Head(int status, String text) {

        Optional<String> header(String name) {
            return text.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }
    }

    /** From which it comes. */
    int port() {
        return socket.getLocalPort();
    }

    /** Whether the server took all of it. */
    boolean send(byte[] bytes, int from, int length) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes, from, length);
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void end() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // The server was faster.
        }
    }

    /**
     * The next answer, read to its end.
     *
     * @return empty if the connection ended without one
     * @throws SocketTimeoutException if the server neither answers nor ends the connection
     */
    Optional<Head> answer(boolean toHead) throws SocketTimeoutException {
        try {
            Optional<Head> head = head();
            while (head.isPresent() && head.get().status() == 100) {
                head = head();
            }
            if (head.isPresent() && !toHead) {
                readBody(head.get());
            }
            return head;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Head> head() throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || text.length() > MAX_HEAD) {
                return Optional.empty();
            }
            text.append((char) next);
        }
        String head = text.toString();
        return Optional.of(new Head(Integer.parseInt(head.substring(9, 12)), head));
    }

    private void readBody(Head head) throws IOException {
        if (head.status() < 200 || head.status() == 204) {
            return;
        }
        Optional<String> length = head.header("content-length");
        if (length.isPresent()) {
            in.skipNBytes(Long.parseLong(length.get()));
        } else if (head.header("transfer-encoding").isPresent()) {
            readChunks();
        } else {
            awaitEnd();
        }
    }

    private void readChunks() throws IOException {
        long length;
        do {
            length = Long.parseLong(line().split(";", 2)[0], 16);
            in.skipNBytes(length);
            line();
        } while (length > 0);
    }

    /** Reads so many bytes of a body. */
    void skip(long bytes) throws IOException {
        in.skipNBytes(bytes);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("cut short");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /**
     * Reads until the server ends the connection.
     *
     * @throws SocketTimeoutException if it does not
     */
    void awaitEnd() throws SocketTimeoutException {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // An end too.
        }
    }

    /** The text that was read so far is of no use to anyone. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
