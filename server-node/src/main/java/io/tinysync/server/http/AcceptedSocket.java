package io.tinysync.server.http;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is beneath one HTTP connection, to be ended in whatever state that is. Thread-safe. */
final class AcceptedSocket {

    /** Of a request that would make its connection something else. */
    static final AttributeKey<AcceptedSocket> KEY = AttributeKey.create("accepted-socket", AcceptedSocket.class);

    private static final Logger LOG = LoggerFactory.getLogger(AcceptedSocket.class);

    private final Optional<Socket> socket;
    private final AcceptedSockets all;

    /** @param socket empty if the connection was lost before it was noted */
    AcceptedSocket(Optional<Socket> socket, AcceptedSockets all) {
        this.socket = socket;
        this.all = all;
    }

    /** Ends the connection: Pekko finds it ended in both directions, whether it reads or writes, and lets everything of it go. */
    void cut() {
        socket.ifPresent(open -> {
            shutDown(open::shutdownInput);
            shutDown(open::shutdownOutput);
        });
    }

    @FunctionalInterface
    private interface ShutDown {
        void run() throws IOException;
    }

    private static void shutDown(ShutDown direction) {
        try {
            direction.run();
        } catch (IOException e) {
            LOG.debug("ended already: {}", e.toString());
        }
    }

    /** Nothing more is said on the connection; its peer gets some time to take what has been said, and then it is cut. */
    void leave() {
        after(all.closing(), () -> {
            if (isOpen()) {
                after(all.lingerOneMore(), this::endLingering);
            }
        });
    }

    private void endLingering() {
        all.lingersNoMore();
        if (isOpen()) {
            cut();
        }
    }

    private boolean isOpen() {
        return socket.filter(known -> !known.isClosed()).isPresent();
    }

    private static void after(Duration wait, Runnable act) {
        CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
                .execute(act);
    }
}
