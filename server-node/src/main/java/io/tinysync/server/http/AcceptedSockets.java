package io.tinysync.server.http;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.io.Inet;

/**
 * The sockets of connections, taken note of when Pekko accepts them. Above HTTP a connection can only be closed in order, for which Pekko waits
 * until all that was written is taken: with a peer that takes nothing, for ever. Thread-safe.
 */
final class AcceptedSockets extends Inet.AbstractSocketOptionV2 {

    /** What Pekko may have taken over of an answer and not written yet when it says that the answer is over: a chunk and its buffers. */
    private static final int UNWRITTEN_BYTES = 256 << 10;

    /** After which nearly all are closed that shall be. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    /** Of connections that HTTP is done with and whose peers have not taken everything yet; beyond that they get no more time. */
    private static final int MAX_LINGERING = 256;

    /** Accepted and not yet taken by a stream; beyond that, those are forgotten that were closed before one came. */
    private static final int MANY_FRESH = 1024;

    private final Patience patience;
    private final Map<SocketAddress, Socket> fresh = new ConcurrentHashMap<>();
    private final AtomicInteger lingering = new AtomicInteger();

    AcceptedSockets(Patience patience) {
        this.patience = patience;
    }

    @Override
    public void afterConnect(Socket socket) {
        SocketAddress remote = socket.getRemoteSocketAddress();
        if (remote == null) {
            return;
        }
        fresh.put(remote, socket);
        if (fresh.size() > MANY_FRESH) {
            fresh.values().removeIf(Socket::isClosed);
        }
    }

    /** The socket that was accepted from an address; to be asked once. */
    AcceptedSocket take(InetSocketAddress remote) {
        return new AcceptedSocket(Optional.ofNullable(fresh.remove(remote)), this);
    }

    Duration closing() {
        return CLOSING;
    }

    /** For how long one more may linger. */
    Duration lingerOneMore() {
        return lingering.incrementAndGet() > MAX_LINGERING ? Duration.ZERO : patience.toRead(UNWRITTEN_BYTES);
    }

    void lingersNoMore() {
        lingering.decrementAndGet();
    }
}
