package io.tinysync.client.http;

import java.time.Duration;

/**
 * How long the network may be silent.
 *
 * @param connect until a connection stands
 * @param silence without a byte sent or received, after which a call fails
 * @param ping between pings on the wake socket
 * @param deadSocket without anything from the server, its answers to pings included, after which the wake socket is made anew
 * @param firstReconnect after the wake socket was lost, at most; see {@link Reconnection}
 * @param longestReconnect between attempts, at most
 */
public record HttpTimes(
        Duration connect,
        Duration silence,
        Duration ping,
        Duration deadSocket,
        Duration firstReconnect,
        Duration longestReconnect) {

    /** For links from loopback to a slow mobile one. */
    public static final HttpTimes DEFAULT = new HttpTimes(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            Duration.ofSeconds(40),
            Duration.ofMillis(500),
            Duration.ofSeconds(10));
}
