package io.tinysync.nodes;

import io.tinysync.client.http.HttpTimes;
import io.tinysync.client.http.Reconnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The wake sockets of many devices. Each that is lost comes back by the device's own rule and counts as back once it has heard a head. */
final class SocketHerd implements AutoCloseable {

    private static final long POLL_MS = 5;

    private final URI wake;
    private final HttpClient http = HttpClient.newBuilder()
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .connectTimeout(HttpTimes.DEFAULT.connect())
            .build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("herd").factory());
    private final List<Member> members;
    private final AtomicInteger standing = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Connects them all at once.
     *
     * @param server its URL
     * @param tokens a device's each
     */
    SocketHerd(String server, List<String> tokens) {
        this.wake = URI.create(server.replaceFirst("^http", "ws") + "/v1/wake");
        this.members = tokens.stream().map(Member::new).toList();
        members.forEach(Member::connect);
    }

    /** How often sockets were tried to be made so far. */
    int attempts() {
        return attempts.get();
    }

    int standing() {
        return standing.get();
    }

    /** How long it takes from now on until all stand. */
    Duration awaitAll(Duration limit) throws InterruptedException {
        long began = System.nanoTime();
        while (standing.get() < members.size()) {
            if (System.nanoTime() - began > limit.toNanos()) {
                throw new AssertionError("of " + members.size() + " sockets " + standing + " stand after " + limit);
            }
            Thread.sleep(POLL_MS);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Ends all connections in this moment, as a network that is cut. */
    void cutAll() {
        members.forEach(Member::cut);
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        http.shutdownNow();
    }

    /** One device's socket. */
    private final class Member {
        private final String token;
        private final Reconnection reconnection =
                new Reconnection(HttpTimes.DEFAULT.firstReconnect(), HttpTimes.DEFAULT.longestReconnect());
        private @Nullable Connection current;

        private Member(String token) {
            this.token = token;
        }

        private synchronized void connect() {
            attempts.incrementAndGet();
            Connection connection = new Connection(this);
            current = connection;
            CompletableFuture<WebSocket> _ = http.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + token)
                    .connectTimeout(HttpTimes.DEFAULT.connect())
                    .buildAsync(wake, connection)
                    .whenComplete((socket, failure) -> {
                        if (failure != null) {
                            lost(connection);
                        }
                    });
        }

        private synchronized void cut() {
            Connection connection = current;
            if (connection != null) {
                if (connection.socket != null) {
                    connection.socket.abort();
                }
                lost(connection);
            }
        }

        private synchronized void lost(Connection connection) {
            if (connection != current || closed) {
                return;
            }
            current = null;
            Duration stood = Duration.ZERO;
            if (connection.heard) {
                standing.decrementAndGet();
                stood = Duration.ofNanos(System.nanoTime() - connection.heardAt);
            }
            Duration pause =
                    reconnection.lost(stood, ThreadLocalRandom.current().nextDouble());
            ScheduledFuture<?> _ = timer.schedule(this::connect, pause.toNanos(), TimeUnit.NANOSECONDS);
        }

        private synchronized void heard(Connection connection) {
            if (connection == current && !connection.heard) {
                connection.heard = true;
                connection.heardAt = System.nanoTime();
                standing.incrementAndGet();
            }
        }
    }

    private static final class Connection implements WebSocket.Listener {
        private final Member member;
        private volatile @Nullable WebSocket socket;
        private boolean heard;
        private long heardAt;

        private Connection(Member member) {
            this.member = member;
        }

        @Override
        public void onOpen(WebSocket webSocket) {
            socket = webSocket;
            webSocket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            member.heard(this);
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            member.lost(this);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            member.lost(this);
        }
    }
}
