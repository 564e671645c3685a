package io.tinysync.server.http;

import java.time.Duration;

/**
 * What sockets may take of a node, so that thousands of devices that come at once leave it room for requests.
 *
 * @param sockets on the node, those that wait to be opened included
 * @param openings of them at one time
 * @param turn for how long a socket waits for its opening to begin
 */
public record SocketLimits(int sockets, int openings, Duration turn) {

    /** Shorter than devices wait for a connection: one that has given up would take another's turn. */
    private static final Duration TURN = Duration.ofSeconds(3);

    public SocketLimits {
        if (sockets < 1 || openings < 1) {
            throw new IllegalArgumentException(
                    "socket-limit and socket-openings must be at least 1, not " + sockets + " and " + openings);
        }
    }

    public SocketLimits(int sockets, int openings) {
        this(sockets, openings, TURN);
    }
}
