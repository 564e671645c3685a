package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.WakeListener;
import io.tinysync.engine.device.WakeSubscription;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WakeSocketTest {

    private static final Wake WAKE = new Wake(new VaultId(new UUID(0x7000, 1)), 9);
    private static final HttpTimes TIMES = new HttpTimes(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofMillis(1500),
            Duration.ofMillis(10),
            Duration.ofMillis(100));

    /** A frame that closes a socket with the code 1001, unmasked as a server's: RFC 6455 section 5.5.1. */
    private static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xE9};

    private CannedServer canned;
    private RemoteServer server;
    private final Heard heard = new Heard();

    @BeforeEach
    void start() throws Exception {
        canned = new CannedServer();
        server = new RemoteServer(ServerUrls.of(canned.uri()), "tsdev_secret", TIMES);
    }

    @AfterEach
    void stop() {
        server.close();
        canned.close();
    }

    @Test
    void wakes_are_heard_and_what_is_no_wake_is_passed_over() throws Exception {
        serve(Source.from(java.util.List.of(
                        message("nonsense"), message(new String(Json.write(WAKE), StandardCharsets.UTF_8))))
                .concat(Source.maybe()));
        try (WakeSubscription _ = server.wakes(heard)) {
            assertThat(heard.next()).contains("connected true");
            assertThat(heard.next()).contains(WAKE.toString());
            var request = canned.requests.take();
            assertThat(request.getUri().path()).isEqualTo("/v1/wake");
            assertThat(request.getHeader("Authorization").orElseThrow().value()).isEqualTo("Bearer tsdev_secret");
        }
    }

    @Test
    void a_socket_that_the_server_closes_is_made_anew_again_and_again() throws Exception {
        serve(Source.empty());
        try (WakeSubscription _ = server.wakes(heard)) {
            for (int i = 0; i < 3; i++) {
                assertThat(heard.next()).contains("connected true");
                assertThat(heard.next()).contains("connected false");
            }
        }
    }

    @Test
    void a_server_that_refuses_is_asked_again_until_it_accepts() throws Exception {
        canned.answer(503, new byte[0]);
        try (WakeSubscription _ = server.wakes(heard)) {
            for (int i = 0; i < 3; i++) {
                assertThat(canned.requests.poll(10, TimeUnit.SECONDS)).isNotNull();
            }
            serve(Source.maybe());
            assertThat(heard.next()).contains("connected true");
        }
    }

    @Test
    void a_quiet_socket_whose_server_answers_pings_stays() throws Exception {
        serve(Source.maybe());
        try (WakeSubscription _ = server.wakes(heard)) {
            assertThat(heard.next()).contains("connected true");
            assertThat(heard.events.poll(TIMES.deadSocket().toMillis() * 3 / 2, TimeUnit.MILLISECONDS))
                    .isNull();
        }
    }

    @Test
    void a_socket_whose_server_has_vanished_is_noticed_and_made_anew() throws Exception {
        try (VanishingServer vanishing = new VanishingServer();
                RemoteServer remote = new RemoteServer(ServerUrls.of(vanishing.uri()), "t", TIMES);
                WakeSubscription _ = remote.wakes(heard)) {
            assertThat(heard.next()).contains("connected true");
            assertThat(heard.next()).contains("connected false");
            assertThat(heard.next()).contains("connected true");
        }
    }

    @Test
    void a_node_that_goes_away_sends_its_sockets_to_another_one_at_once() throws Exception {
        HttpTimes patient = new HttpTimes(
                TIMES.connect(),
                TIMES.silence(),
                TIMES.ping(),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofHours(1));
        AtomicInteger sockets = new AtomicInteger();
        try (VanishingServer one = new VanishingServer(() -> onlyTheFirst(sockets));
                VanishingServer other = new VanishingServer(() -> onlyTheFirst(sockets));
                RemoteServer remote = new RemoteServer(ServerUrls.of(one.uri(), other.uri()), "t", patient);
                WakeSubscription _ = remote.wakes(heard)) {
            assertThat(heard.next()).contains("connected true");
            assertThat(heard.next()).contains("connected false");
            assertThat(heard.next()).contains("connected true");
            assertThat(one.accepted()).isEqualTo(1);
            assertThat(other.accepted()).isEqualTo(1);
        }
    }

    private static byte[] onlyTheFirst(AtomicInteger sockets) {
        return sockets.getAndIncrement() == 0 ? GOING_AWAY : new byte[0];
    }

    @Test
    void a_socket_comes_back_to_the_only_node_that_there_is() throws Exception {
        AtomicInteger sockets = new AtomicInteger();
        try (VanishingServer only = new VanishingServer(() -> onlyTheFirst(sockets));
                RemoteServer remote = new RemoteServer(ServerUrls.of(only.uri()), "t", TIMES);
                WakeSubscription _ = remote.wakes(heard)) {
            assertThat(heard.next()).contains("connected true");
            assertThat(heard.next()).contains("connected false");
            assertThat(heard.next()).contains("connected true");
        }
    }

    @Test
    void a_server_that_says_when_to_come_again_is_left_alone_until_then() throws Exception {
        canned.answerWith(
                request -> HttpResponse.create().withStatus(503).addHeader(RawHeader.create("Retry-After", "1")));
        try (WakeSubscription _ = server.wakes(heard)) {
            canned.requests.take();
            long refused = System.nanoTime();
            canned.requests.take();
            assertThat(Duration.ofNanos(System.nanoTime() - refused)).isGreaterThan(Duration.ofMillis(900));
        }
    }

    @Test
    void a_closed_subscription_is_silent_and_does_not_come_back() throws Exception {
        serve(Source.maybe());
        try (WakeSubscription _ = server.wakes(heard)) {
            assertThat(heard.next()).contains("connected true");
        }
        canned.requests.clear();
        assertThat(canned.requests.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    private void serve(Source<Message, ?> wakes) {
        Flow<Message, Message, NotUsed> flow = Flow.fromSinkAndSourceCoupled(Sink.ignore(), wakes);
        canned.answerWith(request -> request.getAttribute(AttributeKeys.webSocketUpgrade)
                .map(upgrade -> upgrade.handleMessagesWith(flow))
                .orElse(HttpResponse.create().withStatus(400)));
    }

    private static Message message(String text) {
        return TextMessage.create(text);
    }

    private static final class Heard implements WakeListener {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void wake(Wake wake) {
            events.add(wake.toString());
        }

        @Override
        public void connected(boolean connected) {
            events.add("connected " + connected);
        }

        Optional<String> next() throws InterruptedException {
            return Optional.ofNullable(events.poll(10, TimeUnit.SECONDS));
        }
    }
}
