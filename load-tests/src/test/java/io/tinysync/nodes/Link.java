package io.tinysync.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP link to one address on this machine, which can be made slow, stalled or cut: for everybody, or for those who come from one address.
 * It counts what it holds up, so that a fault can prove that it hit.
 */
public final class Link implements AutoCloseable {

    /** What a link does with what comes. */
    public sealed interface State {

        record Open() implements State {}

        /** Every piece is held back for so long. */
        record Slow(Duration delay) implements State {}

        /** Nothing goes through, and nothing ends. */
        record Stalled() implements State {}

        /** Connections end, and new ones are refused. */
        record Cut() implements State {}
    }

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int BACKLOG = 128;
    private static final int CONNECT_MS = 3_000;

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Socket, InetAddress> open = new ConcurrentHashMap<>();
    private final Map<InetAddress, State> bySource = new ConcurrentHashMap<>();
    private final AtomicLong hits = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile InetSocketAddress target;
    private volatile State state = new State.Open();

    public Link(InetSocketAddress target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** New connections go there from now on. */
    public void leadTo(InetSocketAddress other) {
        target = other;
    }

    /** Pieces and connections that were held up or ended so far. */
    public long hits() {
        return hits.get();
    }

    public void become(State next) {
        change(() -> state = next);
    }

    /** For connections from one address; {@link State.Open} leaves them to what holds for all. */
    public void become(InetAddress source, State next) {
        change(() -> {
            if (next instanceof State.Open) {
                bySource.remove(source);
            } else {
                bySource.put(source, next);
            }
        });
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        open.forEach((socket, source) -> {
            if (state(source) instanceof State.Cut) {
                hits.incrementAndGet();
                end(socket);
            }
        });
    }

    private State state(InetAddress source) {
        return bySource.getOrDefault(source, state);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                threads.execute(() -> connect(near));
            } catch (IOException e) {
                // The link is closed.
            }
        }
    }

    private void connect(Socket near) {
        InetAddress source = near.getInetAddress();
        if (state(source) instanceof State.Cut) {
            hits.incrementAndGet();
            end(near);
            return;
        }
        Socket far = new Socket();
        try {
            far.connect(target, CONNECT_MS);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
        } catch (IOException e) {
            end(near);
            return;
        }
        open.put(near, source);
        open.put(far, source);
        threads.execute(() -> copy(near, far, source));
        threads.execute(() -> copy(far, near, source));
    }

    private void copy(Socket from, Socket to, InetAddress source) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            int length = from.getInputStream().read(buffer);
            while (length >= 0 && passes(source)) {
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

    /** Waits for as long as the link holds a piece up; false if it ends the connection. */
    private boolean passes(InetAddress source) throws InterruptedException {
        lock.lock();
        try {
            while (state(source) instanceof State.Stalled) {
                hits.incrementAndGet();
                changed.await();
            }
        } finally {
            lock.unlock();
        }
        if (state(source) instanceof State.Slow(Duration delay)) {
            hits.incrementAndGet();
            Thread.sleep(delay);
        }
        return !(state(source) instanceof State.Cut);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        become(new State.Cut());
        threads.shutdownNow();
    }
}
