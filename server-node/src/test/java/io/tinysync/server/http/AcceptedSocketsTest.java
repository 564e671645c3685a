package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AcceptedSocketsTest {

    private static final int MANY = 2_000;

    private final AcceptedSockets accepted =
            new AcceptedSockets(new Patience(Duration.ofSeconds(1), 1024, Duration.ofSeconds(1)));

    @Test
    void the_socket_of_an_address_is_cut() {
        Accepted socket = new Accepted(1);
        accepted.afterConnect(socket);

        accepted.take(socket.remote).cut();

        assertThat(socket.isCut).isTrue();
    }

    /** Pekko may drop a connection that it has accepted before anything asks for its socket. */
    @Test
    void sockets_that_were_closed_before_anyone_asked_for_them_are_forgotten() {
        List<Accepted> lost =
                IntStream.rangeClosed(1, MANY).mapToObj(Accepted::new).toList();
        lost.forEach(socket -> {
            accepted.afterConnect(socket);
            socket.isClosed = true;
        });

        lost.forEach(socket -> accepted.take(socket.remote).cut());

        assertThat(lost.stream().filter(socket -> socket.isCut)).hasSizeLessThan(MANY);
    }

    @Test
    void sockets_that_are_open_are_not_forgotten_however_many_they_are() {
        List<Accepted> open =
                IntStream.rangeClosed(1, MANY).mapToObj(Accepted::new).toList();
        open.forEach(accepted::afterConnect);

        open.forEach(socket -> accepted.take(socket.remote).cut());

        assertThat(open).allMatch(socket -> socket.isCut);
    }

    private static final class Accepted extends Socket {

        private final InetSocketAddress remote;
        private boolean isClosed;
        private boolean isCut;

        private Accepted(int port) {
            this.remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return remote;
        }

        @Override
        public boolean isClosed() {
            return isClosed;
        }

        @Override
        public void shutdownInput() {
            isCut = true;
        }

        @Override
        public void shutdownOutput() {
            isCut = true;
        }
    }
}
