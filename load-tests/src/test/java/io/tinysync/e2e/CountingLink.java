package io.tinysync.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A link to a server that counts what devices send through it, and cuts all connections after every so many bytes. */
final class CountingLink implements AutoCloseable {

    private final ServerSocket listener;
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    /**
     * What a cut may lose on its way to a server that is not done reading: Linux lets a socket hold 6 MiB (net.ipv4.tcp_rmem), and
     * there is the buffer before it.
     */
    static final long LOST_BY_A_CUT_BYTES = (6 << 20) + 3 * SEND_BUFFER_BYTES;

    private final URI server;
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicInteger cuts = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile long cutEvery = Long.MAX_VALUE;
    private volatile int cutsLeft;

    CountingLink(String url) throws IOException {
        this.server = URI.create(url);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** How much devices have sent, whether it reached the server or not. */
    long sentBytes() {
        return sentBytes.get();
    }

    int cuts() {
        return cuts.get();
    }

    /** From now on cuts all connections whenever so many bytes were sent, a number of times. */
    void cutEvery(long bytes, int times) {
        sentBytes.set(0);
        cuts.set(0);
        cutsLeft = times;
        cutEvery = bytes;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket upstream = new Socket();
                upstream.setSendBufferSize(SEND_BUFFER_BYTES);
                upstream.connect(new InetSocketAddress(server.getHost(), server.getPort()));
                open.add(client);
                open.add(upstream);
                Thread.ofVirtual().start(() -> pipe(client, upstream, true));
                Thread.ofVirtual().start(() -> pipe(upstream, client, false));
            } catch (IOException e) {
                // The link is closed, or the server is away.
            }
        }
    }

    private void pipe(Socket from, Socket to, boolean counts) {
        byte[] buffer = new byte[32 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                out.write(buffer, 0, length);
                if (counts) {
                    count(length);
                }
            }
        } catch (IOException e) {
            // The other side has gone.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private synchronized void count(int length) throws IOException {
        if (sentBytes.addAndGet(length) > cutEvery * (cuts.get() + 1L) && cutsLeft > 0) {
            cutsLeft--;
            cuts.incrementAndGet();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
