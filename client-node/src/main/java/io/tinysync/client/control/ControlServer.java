package io.tinysync.client.control;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.StateDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens at a state directory's control socket, which only its owner may reach. Each connection carries one request and runs on
 * a thread of its own; the handler may block.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    /** Requests at once; the next wait, as the one client is a person's command line. */
    private static final int MAX_CONNECTIONS = 64;

    private static final int REQUEST_SECONDS = 10;
    private static final int WRITE_BUFFER_CHARS = 32 << 10;

    private final StateDirectory state;
    private final Path socket;
    private final ServerSocketChannel listener;
    private final Function<ControlRequest, ControlReply> handler;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("control-deadlines").factory());

    private ControlServer(
            StateDirectory state,
            Path socket,
            ServerSocketChannel listener,
            Function<ControlRequest, ControlReply> handler) {
        this.state = state;
        this.socket = socket;
        this.listener = listener;
        this.handler = handler;
    }

    /** Starts listening; the caller holds the daemon's lock, so that nobody else's socket is removed. */
    public static ControlServer start(StateDirectory state, Function<ControlRequest, ControlReply> handler) {
        try {
            Path socket = ControlAddress.prepare(state, System.getenv());
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            ControlServer server = new ControlServer(state, socket, listener, handler);
            Thread.ofPlatform().daemon().name("control").start(server::accept);
            return server;
        } catch (IOException e) {
            throw Refusal.of("cannot listen at the control socket of " + state.path(), e);
        }
    }

    private void accept() {
        try {
            while (true) {
                connections.acquire();
                SocketChannel channel = listener.accept();
                Thread.ofVirtual().name("control-request").start(() -> serve(channel));
            }
        } catch (ClosedChannelException | InterruptedException e) {
            LOG.debug("control socket closed");
        } catch (IOException e) {
            LOG.error("control socket failed: {}", e.toString());
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            ScheduledFuture<?> deadline =
                    deadlines.schedule(() -> closeQuietly(channel), REQUEST_SECONDS, TimeUnit.SECONDS);
            String head = readHead(channel);
            deadline.cancel(false);
            write(channel, answer(head));
        } catch (IOException e) {
            LOG.debug("control connection ended: {}", e.toString());
        } finally {
            connections.release();
        }
    }

    private ControlReply answer(String head) {
        if (head.isEmpty()) {
            return ControlReply.badRequest(
                    "the request's head is not whole or over " + ControlRequest.MAX_HEAD_BYTES + " bytes");
        }
        return ControlRequest.parse(head.substring(0, head.indexOf("\r\n")))
                .map(this::handle)
                .orElseGet(() -> ControlReply.badRequest("the request line is not understood"));
    }

    private ControlReply handle(ControlRequest request) {
        try {
            return handler.apply(request);
        } catch (Refusal e) {
            return ControlReply.refused(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("control request {} failed", request.path(), e);
            return ControlReply.fault("a fault of the daemon's own; its log says more");
        }
    }

    /** The head with its empty line, or nothing if it is too long or cut off. */
    private static String readHead(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(ControlRequest.MAX_HEAD_BYTES);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            String head = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
            if (head.contains("\r\n\r\n")) {
                return head;
            }
        }
        return "";
    }

    private static void write(SocketChannel channel, ControlReply reply) throws IOException {
        Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), WRITE_BUFFER_CHARS);
        out.append("HTTP/1.1 " + reply.status() + " " + reason(reply) + "\r\nContent-Type: ");
        out.append(reply.json() ? "application/json" : "text/plain; charset=utf-8");
        out.append("\r\nConnection: close\r\n\r\n");
        reply.body().writeTo(out);
        out.flush();
    }

    private static String reason(ControlReply reply) {
        return Map.of(200, "OK", 202, "Accepted", 400, "Bad Request", 404, "Not Found", 409, "Conflict")
                .getOrDefault(reply.status(), "Error");
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("close: {}", e.toString());
        }
    }

    /** Stops listening and removes the socket; requests that run end with their connections. */
    @Override
    public void close() {
        try {
            listener.close();
            ControlAddress.remove(state, socket);
        } catch (IOException e) {
            LOG.warn("control socket not removed: {}", e.toString());
        }
        deadlines.shutdownNow();
    }
}
