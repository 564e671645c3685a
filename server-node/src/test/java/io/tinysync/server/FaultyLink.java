package io.tinysync.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A link to a server on this machine that can be cut, or left open with nothing going through. */
final class FaultyLink implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 << 10;

    private final int target;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile boolean cut;
    private volatile CountDownLatch flowing = new CountDownLatch(0);

    FaultyLink(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How often the present or last fault was met. */
    int hits() {
        return hits.get();
    }

    /** Ends all connections and every new one. */
    void cut() {
        hits.set(open.size());
        cut = true;
        open.forEach(FaultyLink::end);
    }

    /** Lets nothing through any more, and ends nothing. */
    void stall() {
        hits.set(0);
        flowing = new CountDownLatch(1);
    }

    /** Everything is as before. */
    void mend() {
        cut = false;
        flowing.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = listener.accept();
                if (cut) {
                    hits.incrementAndGet();
                    end(near);
                } else {
                    connect(near);
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void connect(Socket near) throws IOException {
        Socket far = new Socket();
        far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        open.add(near);
        open.add(far);
        threads.execute(() -> copy(near, far));
        threads.execute(() -> copy(far, near));
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            int length = from.getInputStream().read(buffer);
            while (length >= 0) {
                if (flowing.getCount() > 0) {
                    hits.incrementAndGet();
                    flowing.await();
                }
                to.getOutputStream().write(buffer, 0, length);
                length = from.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // One end has gone; the other follows.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        mend();
        listener.close();
        open.forEach(FaultyLink::end);
        threads.shutdownNow();
    }
}
