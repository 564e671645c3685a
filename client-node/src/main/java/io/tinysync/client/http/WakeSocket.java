package io.tinysync.client.http;

import io.tinysync.engine.device.WakeListener;
import io.tinysync.engine.device.WakeSubscription;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Wake;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a WebSocket to the server's wakes open. A socket that is silent for too long, its pongs included, is dead and made anew, after a wait
 * that {@link Reconnection} decides; a node that goes away says so, and the socket is made on the next one at once. State is confined to the
 * timer's one thread.
 */
final class WakeSocket implements WakeSubscription {

    private static final Logger LOG = LoggerFactory.getLogger(WakeSocket.class);

    /** A wake has some 80 bytes. */
    private static final int MAX_MESSAGE_CHARS = 64 << 10;

    /** RFC 6455 section 7.4.1. */
    private static final int GOING_AWAY = 1001;

    private final Supplier<Servers> servers;
    private final HttpTimes times;
    private final WakeListener listener;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("wake-socket").factory());

    private @Nullable Connection current;
    private final Reconnection reconnection;
    private boolean closed;

    private WakeSocket(Supplier<Servers> servers, HttpTimes times, WakeListener listener) {
        this.servers = servers;
        this.times = times;
        this.listener = listener;
        this.reconnection = new Reconnection(times.firstReconnect(), times.longestReconnect());
    }

    static WakeSocket open(Supplier<Servers> servers, HttpTimes times, WakeListener listener) {
        WakeSocket socket = new WakeSocket(servers, times, listener);
        socket.timer.execute(socket::connect);
        long pingMillis = times.ping().toMillis();
        ScheduledFuture<?> _ =
                socket.timer.scheduleWithFixedDelay(socket::ping, pingMillis, pingMillis, TimeUnit.MILLISECONDS);
        return socket;
    }

    /** Drops the connection and makes another at once, at the address that holds now. */
    void reconnect() {
        onTimer(() -> {
            Connection before = current;
            if (before != null) {
                current = null;
                before.abort();
                if (before.opened) {
                    listener.connected(false);
                }
            }
            reconnection.reset();
            connect();
        });
    }

    private void connect() {
        if (closed || current != null) {
            return;
        }
        Servers asked = servers.get();
        ServerAddress server = asked.current();
        Connection connection = new Connection(asked, server);
        current = connection;
        CompletableFuture<WebSocket> _ = asked.client()
                .newWebSocketBuilder()
                .header("Authorization", server.authorization())
                .header(ServerAddress.PROTOCOL_HEADER, ServerAddress.PROTOCOL)
                .connectTimeout(times.connect())
                .buildAsync(server.wake(), connection)
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        LOG.debug("no wake socket to {}: {}", server, failure.toString());
                        asked.failed(server.server());
                        lost(connection, chance -> afterFailure(failure, chance));
                    }
                });
    }

    /** A node that cannot take another socket now says how long not to ask. */
    private Duration afterFailure(Throwable failure, double chance) {
        return RetryAfter.of(failure)
                .map(pause -> reconnection.refused(pause, chance))
                .orElseGet(() -> reconnection.lost(Duration.ZERO, chance));
    }

    private void lost(Connection connection) {
        lost(connection, chance -> reconnection.lost(connection.stood(), chance));
    }

    private void sentElsewhere(Connection connection) {
        if (connection.asked.haveOthers()) {
            connection.asked.failed(connection.server.server());
            lost(connection, chance -> reconnection.sentElsewhere(connection.stood(), chance));
        } else {
            lost(connection);
        }
    }

    private void lost(Connection connection, DoubleFunction<Duration> wait) {
        onTimer(() -> {
            if (connection != current || closed) {
                return;
            }
            current = null;
            connection.abort();
            if (connection.opened) {
                listener.connected(false);
            }
            Duration pause = wait.apply(ThreadLocalRandom.current().nextDouble());
            ScheduledFuture<?> _ = timer.schedule(this::connect, pause.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void opened(Connection connection) {
        onTimer(() -> {
            if (connection == current && !closed) {
                connection.opened = true;
                connection.openedAt = System.nanoTime();
                listener.connected(true);
            }
        });
    }

    private void ping() {
        Connection connection = current;
        if (connection == null || !connection.opened) {
            return;
        }
        if (System.nanoTime() - connection.lastHeard > times.deadSocket().toNanos()) {
            LOG.info("the wake socket is dead");
            lost(connection);
        } else {
            connection.ping();
        }
    }

    @Override
    public void close() {
        onTimer(() -> {
            closed = true;
            if (current != null) {
                current.abort();
            }
            timer.shutdown();
        });
    }

    private void onTimer(Runnable work) {
        if (!timer.isShutdown()) {
            timer.execute(work);
        }
    }

    /** One connection; its callbacks come one after the other. */
    private final class Connection implements WebSocket.Listener {
        private final Servers asked;
        private final ServerAddress server;
        private final StringBuilder message = new StringBuilder();
        private volatile @Nullable WebSocket socket;
        private volatile long lastHeard = System.nanoTime();
        private boolean opened;
        private long openedAt;

        private Connection(Servers asked, ServerAddress server) {
            this.asked = asked;
            this.server = server;
        }

        private Duration stood() {
            return opened ? Duration.ofNanos(System.nanoTime() - openedAt) : Duration.ZERO;
        }

        @Override
        public void onOpen(WebSocket webSocket) {
            socket = webSocket;
            webSocket.request(1);
            WakeSocket.this.opened(this);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            lastHeard = System.nanoTime();
            message.append(data);
            if (message.length() > MAX_MESSAGE_CHARS) {
                lost(this);
            } else if (last) {
                deliver(webSocket, message.toString());
                message.setLength(0);
            } else {
                webSocket.request(1);
            }
            return null;
        }

        /** After the news that it is open, which takes the same way; the next message is asked for then. */
        private void deliver(WebSocket webSocket, String text) {
            onTimer(() -> {
                if (this == current && !closed) {
                    wake(text);
                    webSocket.request(1);
                }
            });
        }

        private void wake(String text) {
            try {
                listener.wake(Json.read(text.getBytes(StandardCharsets.UTF_8), Wake.class));
            } catch (Json.MalformedException e) {
                LOG.warn("a message on the wake socket is no wake: {}", e.getMessage());
            }
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer data) {
            heard(webSocket);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer data) {
            heard(webSocket);
            return null;
        }

        private void heard(WebSocket webSocket) {
            lastHeard = System.nanoTime();
            webSocket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            if (status == GOING_AWAY) {
                sentElsewhere(this);
            } else {
                lost(this);
            }
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            LOG.debug("the wake socket failed: {}", error.toString());
            lost(this);
        }

        private void ping() {
            WebSocket open = socket;
            if (open != null) {
                CompletableFuture<WebSocket> _ = open.sendPing(ByteBuffer.allocate(0))
                        .whenComplete((sent, failure) -> {
                            if (failure != null) {
                                lost(this);
                            }
                        });
            }
        }

        private void abort() {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }
    }
}
