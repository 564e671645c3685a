package io.tinysync.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A link to a server that, once told so, lets each answer go no further than some bytes, until it is opened again. */
final class SlowLink implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket listener;
    private final URI server;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private long limitBytes = Long.MAX_VALUE;

    SlowLink(String url) throws IOException {
        this.server = URI.create(url);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** From now on every answer is held back after so many bytes; answers are told apart by the requests before them. */
    void holdBackAfter(long bytes) {
        limit(bytes);
    }

    void open() {
        limit(Long.MAX_VALUE);
    }

    private void limit(long bytes) {
        lock.lock();
        try {
            limitBytes = bytes;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                // Little is on its way at a time, so that what the server has sent says what was asked for.
                client.setSendBufferSize(BUFFER_BYTES);
                Socket upstream = new Socket();
                upstream.setReceiveBufferSize(BUFFER_BYTES);
                upstream.connect(new InetSocketAddress(server.getHost(), server.getPort()));
                Connection connection = new Connection(client, upstream);
                Thread.ofVirtual().start(connection::requests);
                Thread.ofVirtual().start(connection::answers);
            } catch (IOException e) {
                // A connection that is not made is the client's to make again; a closed listener ends the loop.
            }
        }
    }

    @Override
    public void close() throws IOException {
        open();
        listener.close();
    }

    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        private final AtomicLong answered = new AtomicLong();

        Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void requests() {
            pump(client, upstream, true);
        }

        void answers() {
            pump(upstream, client, false);
        }

        private void pump(Socket from, Socket to, boolean requests) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (requests) {
                        answered.set(0);
                    } else {
                        answered.addAndGet(count);
                        awaitOpen();
                    }
                    out.write(buffer, 0, count);
                }
            } catch (IOException e) {
                // Either side has closed; the other is closed by that.
            }
        }

        private void awaitOpen() {
            lock.lock();
            try {
                while (answered.get() > limitBytes) {
                    opened.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
