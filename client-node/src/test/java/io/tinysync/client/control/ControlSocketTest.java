package io.tinysync.client.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.StateDirectory;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlSocketTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void a_request_arrives_with_its_parameters_and_the_answer_comes_back_whole() {
        StateDirectory state = state("s");
        Map<String, String> parameters = Map.of("path", "Ünï & cöde = /a+b %2f", "vault", "");
        try (ControlServer _ = ControlServer.start(
                state,
                request -> ControlReply.text(request.method()
                        + request.path()
                        + request.parameters().equals(parameters)
                        + "ü".repeat(1_000_000)))) {
            ControlAnswer reply =
                    new ControlClient(state).require(ControlRequest.get("/v1/items", parameters), TIMEOUT);
            assertThat(reply.isDone()).isTrue();
            assertThat(reply.text()).isEqualTo("GET/v1/itemstrue" + "ü".repeat(1_000_000));
        }
    }

    @Test
    void an_answer_of_no_text_is_one_and_an_answer_that_ends_after_its_head_is_none() {
        StateDirectory state = state("s");
        try (ControlServer _ = ControlServer.start(
                state,
                request -> request.path().equals("/cut") ? ControlReply.text(out -> {}) : ControlReply.text(""))) {
            ControlClient client = new ControlClient(state);
            assertThat(client.require(ControlRequest.get("/empty", Map.of()), TIMEOUT))
                    .isEqualTo(new ControlAnswer(200, false, ""));
            assertThatThrownBy(() -> client.require(ControlRequest.get("/cut", Map.of()), TIMEOUT))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("does not answer");
        }
    }

    @Test
    void the_socket_is_its_owners_only_and_gone_afterwards() throws Exception {
        StateDirectory state = state("s");
        Path socket = state.path().resolve("control.sock");
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text(""))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void a_state_directory_with_a_path_too_long_for_a_socket_is_served_elsewhere() throws Exception {
        StateDirectory state = state("long".repeat(40));
        Path elsewhere;
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text("here"))) {
            elsewhere = ControlAddress.find(state);
            assertThat(ask(state).text()).isEqualTo("here");
        }
        assertThat(elsewhere.getParent()).doesNotExist();
    }

    @Test
    void a_socket_that_a_dead_daemon_left_is_replaced() throws Exception {
        StateDirectory state = state("s");
        Files.createFile(state.path().resolve("control.sock"));
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text("alive"))) {
            assertThat(ask(state).text()).isEqualTo("alive");
        }
    }

    @Test
    void without_a_daemon_there_is_no_answer_and_the_refusal_says_what_starts_one() {
        ControlClient client = new ControlClient(state("s"));
        assertThat(client.send(ControlRequest.get("/v1/status", Map.of()), TIMEOUT))
                .isEmpty();
        assertThatThrownBy(() -> client.require(ControlRequest.get("/v1/status", Map.of()), TIMEOUT))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("tinysync attach");
    }

    @Test
    void a_daemon_that_hangs_is_given_up_in_time() {
        StateDirectory state = state("s");
        CountDownLatch never = new CountDownLatch(1);
        try (ControlServer _ = ControlServer.start(state, request -> {
            await(never);
            return ControlReply.text("");
        })) {
            assertThatThrownBy(() -> new ControlClient(state)
                            .send(ControlRequest.get("/v1/status", Map.of()), Duration.ofMillis(50)))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("does not answer");
            never.countDown();
        }
    }

    @Test
    void a_refusal_of_the_handler_is_a_line_and_a_fault_shows_no_trace() {
        StateDirectory state = state("s");
        try (ControlServer _ = ControlServer.start(state, request -> {
            throw request.path().equals("/refuse") ? new Refusal("why not") : new IllegalStateException("secret");
        })) {
            ControlClient client = new ControlClient(state);
            assertThat(client.require(ControlRequest.get("/refuse", Map.of()), TIMEOUT))
                    .isEqualTo(new ControlAnswer(409, false, "why not"));
            ControlAnswer fault = client.require(ControlRequest.get("/fault", Map.of()), TIMEOUT);
            assertThat(fault.status()).isEqualTo(500);
            assertThat(fault.text()).doesNotContain("secret").doesNotContain("\n");
        }
    }

    @Test
    void a_head_over_the_limit_and_nonsense_are_bad_requests() throws Exception {
        StateDirectory state = state("s");
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text("reached"))) {
            assertThat(raw(state, "GET /" + "x".repeat(ControlRequest.MAX_HEAD_BYTES)))
                    .startsWith("HTTP/1.1 400");
            assertThat(raw(state, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
            assertThat(raw(state, "GET /?a=%zz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
        }
    }

    private StateDirectory state(String name) {
        StateDirectory state = new StateDirectory(directory.resolve(name));
        state.create();
        return state;
    }

    private static ControlAnswer ask(StateDirectory state) {
        return new ControlClient(state).require(ControlRequest.get("/v1/status", Map.of()), TIMEOUT);
    }

    private static String raw(StateDirectory state, String request) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(ControlAddress.find(state)))) {
            channel.write(ByteBuffer.wrap(
                    request.getBytes(StandardCharsets.UTF_8),
                    0,
                    Math.min(request.length(), ControlRequest.MAX_HEAD_BYTES)));
            ByteBuffer reply = ByteBuffer.allocate(4096);
            while (channel.read(reply) >= 0 && reply.hasRemaining()) {}
            return new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
