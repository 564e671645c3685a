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
    void aRequestArrivesWithItsParametersAndTheAnswerComesBackWhole() {
        StateDirectory state = state("s");
        Map<String, String> parameters = Map.of("path", "Ünï & cöde = /a+b %2f", "vault", "");
        try (ControlServer _ = ControlServer.start(
                state,
                request -> ControlReply.text(request.method()
                        + request.path()
                        + request.parameters().equals(parameters)
                        + "ü".repeat(1_000_000)))) {
            ControlReply reply = new ControlClient(state).require(ControlRequest.get("/v1/items", parameters), TIMEOUT);
            assertThat(reply.isDone()).isTrue();
            assertThat(reply.text()).isEqualTo("GET/v1/itemstrue" + "ü".repeat(1_000_000));
        }
    }

    @Test
    void theSocketIsItsOwnersOnlyAndGoneAfterwards() throws Exception {
        StateDirectory state = state("s");
        Path socket = state.path().resolve("control.sock");
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text(""))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void aStateDirectoryWithAPathTooLongForASocketIsServedElsewhere() throws Exception {
        StateDirectory state = state("long".repeat(40));
        Path elsewhere;
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text("here"))) {
            elsewhere = ControlAddress.find(state);
            assertThat(ask(state).text()).isEqualTo("here");
        }
        assertThat(elsewhere.getParent()).doesNotExist();
    }

    @Test
    void aSocketThatADeadDaemonLeftIsReplaced() throws Exception {
        StateDirectory state = state("s");
        Files.createFile(state.path().resolve("control.sock"));
        try (ControlServer _ = ControlServer.start(state, request -> ControlReply.text("alive"))) {
            assertThat(ask(state).text()).isEqualTo("alive");
        }
    }

    @Test
    void withoutADaemonThereIsNoAnswerAndTheRefusalSaysWhatStartsOne() {
        ControlClient client = new ControlClient(state("s"));
        assertThat(client.send(ControlRequest.get("/v1/status", Map.of()), TIMEOUT))
                .isEmpty();
        assertThatThrownBy(() -> client.require(ControlRequest.get("/v1/status", Map.of()), TIMEOUT))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("tinysync attach");
    }

    @Test
    void aDaemonThatHangsIsGivenUpInTime() {
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
    void aRefusalOfTheHandlerIsALineAndAFaultShowsNoTrace() {
        StateDirectory state = state("s");
        try (ControlServer _ = ControlServer.start(state, request -> {
            throw request.path().equals("/refuse") ? new Refusal("why not") : new IllegalStateException("secret");
        })) {
            ControlClient client = new ControlClient(state);
            assertThat(client.require(ControlRequest.get("/refuse", Map.of()), TIMEOUT))
                    .isEqualTo(ControlReply.refused("why not"));
            ControlReply fault = client.require(ControlRequest.get("/fault", Map.of()), TIMEOUT);
            assertThat(fault.status()).isEqualTo(500);
            assertThat(fault.text()).doesNotContain("secret").doesNotContain("\n");
        }
    }

    @Test
    void aHeadOverTheLimitAndNonsenseAreBadRequests() throws Exception {
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

    private static ControlReply ask(StateDirectory state) {
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
