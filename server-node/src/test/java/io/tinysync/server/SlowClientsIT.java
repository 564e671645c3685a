package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.RawConnection.Head;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that hold a connection for nothing are cut, and nobody else notices. The limits are short here; so that the tests' own connections do
 * not end in a moment in which they are used, the one for heads is so only where these are what is tested.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SlowClientsIT {

    private static final int BYTES_PER_SECOND = 256 << 10;

    /** More than the kernel takes for a reader that does not read. */
    private static final int LARGE = 32 << 20;

    /** What a reader has for itself while it does not read. */
    private static final int RECEIVE_BUFFER = 4 << 10;

    private static final String SERVED = "tinysync_blob_download_bytes_total";

    /** Of slow clients of each kind. */
    private static final int EACH = 100;

    private TestServer server;
    private Device device;
    private VaultId vault;
    private Sha256 large;
    private KernelConnections connections;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = start(data, "20s");
        device = server.anyone().register("device");
        vault = server.admin().vaultFor("vault", device);
        large = stored(LARGE);
        connections = KernelConnections.to(server.url());
    }

    private static TestServer start(Path data, String head) throws Exception {
        return TestServer.start(
                data,
                TestPostgres.newDatabase(),
                Map.of(
                        "slow-clients.head",
                        head,
                        "slow-clients.window",
                        "500ms",
                        "slow-clients.bytes-per-second",
                        BYTES_PER_SECOND));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Sha256 stored(int size) {
        byte[] bytes = bytes(size);
        Sha256 id = Sha256.hash(bytes);
        device.api().putBlob(vault, id, bytes).expect(204);
        return id;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private String head(String method, String path, String... headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + device.api().token() + "\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "" : "\r\n");
    }

    private String get(Sha256 blob, String... headers) {
        return head("GET", ApiClient.blobPath(vault, blob), headers) + "\r\n";
    }

    /** What is answered to who begins so and then sends a byte now and then; the connection ends after it. */
    private static Optional<Head> trickled(TestServer server, String begin) throws Exception {
        try (RawConnection connection = new RawConnection(server.url());
                Trickle _ = Trickle.of(connection, begin)) {
            Optional<Head> answer = connection.answer(false);
            connection.awaitEnd();
            return answer;
        }
    }

    private Optional<Head> trickled(String begin) throws Exception {
        return trickled(server, begin);
    }

    private double cut(String reason) {
        return server.metric("tinysync_http_connections_cut_total{reason=\"" + reason + "\"}");
    }

    @Test
    void a_head_that_comes_a_byte_now_and_then_or_not_at_all_is_answered_408(@TempDir Path data) throws Exception {
        try (TestServer impatient = start(data, "1s");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Head>>> answers = Stream.of(
                            "GET /", "GET /v1/vaults HTTP/1.1\r\nHost: x\r\nX-Long: ", "POST /v1/devices HTTP/1.1\r\n")
                    .map(begin -> threads.submit(() -> trickled(impatient, begin)))
                    .toList();
            try (RawConnection silent = new RawConnection(impatient.url())) {
                assertThat(silent.answer(false).map(Head::status)).hasValue(408);
                silent.awaitEnd();
            }
            for (Future<Optional<Head>> answer : answers) {
                assertThat(answer.get().map(Head::status)).hasValue(408);
            }
        }
    }

    @Test
    void the_head_of_a_second_request_has_no_more_time_than_that_of_the_first(@TempDir Path data) throws Exception {
        try (TestServer impatient = start(data, "1s");
                RawConnection connection = new RawConnection(impatient.url());
                Trickle _ = Trickle.of(connection, "GET /alive HTTP/1.1\r\nHost: x\r\n\r\nGET /")) {
            assertThat(connection.answer(false).map(Head::status)).hasValue(200);
            assertThat(connection.answer(false)).isEmpty();
            assertThat(impatient.metric("tinysync_http_connections_cut_total{reason=\"head\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_body_that_comes_a_byte_now_and_then_is_answered_408() throws Exception {
        String length = "Content-Length: 1000000";
        String blob = ApiClient.blobPath(vault, Sha256.hash(new byte[1]));

        assertThat(trickled(head("PUT", blob, length) + "\r\n").map(Head::status))
                .hasValue(408);
        assertThat(trickled(head("PATCH", blob + "/upload", length, "Upload-Offset: 0", "Upload-Length: 1000000")
                                + "\r\n")
                        .map(Head::status))
                .hasValue(408);
        assertThat(trickled(head("POST", "/v1/vaults/" + vault + "/mutations", length) + "\r\n{\"request_no\":")
                        .map(Head::status))
                .hasValue(408);
    }

    @Test
    void a_body_that_stops_after_a_good_beginning_is_answered_408() throws Exception {
        double before = cut("body");
        String blob = ApiClient.blobPath(vault, Sha256.hash(new byte[1]));
        try (RawConnection connection = new RawConnection(server.url())) {
            byte[] begun =
                    RawConnection.ascii(head("PUT", blob, "Content-Length: 1000000") + "\r\n" + "x".repeat(100_000));
            connection.send(begun, 0, begun.length);
            assertThat(connection.answer(false).map(Head::status)).hasValue(408);
            connection.awaitEnd();
        }
        assertThat(cut("body")).isEqualTo(before + 1);
    }

    @Test
    void a_reader_that_stops_is_cut_and_leaves_nothing_behind() throws Exception {
        double before = cut("reader");
        try (RawConnection connection = reader(get(large))) {
            Await.until("the reader is cut", () -> cut("reader") > before);
            connections.awaitEnded(connection.port());
        }
    }

    /** One that also sends does not look idle to anybody. */
    @Test
    void a_reader_that_stops_and_goes_on_to_send_is_cut_too() throws Exception {
        double before = cut("reader");
        try (RawConnection connection = reader("");
                Trickle _ = Trickle.of(connection, get(large) + "GET /v1")) {
            Await.until("the reader is cut", () -> cut("reader") > before);
            connections.awaitEnded(connection.port());
        }
    }

    /** Answers that are made in one piece are as large. */
    @Test
    void a_reader_of_whole_answers_that_stops_is_cut() throws Exception {
        List<Sha256> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add(stored((64 << 10) - i));
        }
        String body = "{\"sha256\":[\""
                + String.join("\",\"", ids.stream().map(Sha256::toString).toList()) + "\"]}";
        String request = head("POST", "/v1/vaults/" + vault + "/blobs/read", "Content-Length: " + body.length());
        double before = cut("reader");
        try (RawConnection connection = reader((request + "\r\n" + body).repeat(4))) {
            Await.until("the reader is cut", () -> cut("reader") > before);
            connections.awaitEnded(connection.port());
        }
    }

    /** An answer is over for HTTP as soon as Pekko has its rest, which this reader takes from nobody. */
    @Test
    void a_reader_that_stops_at_the_end_of_the_last_answer_is_not_waited_for_for_ever() throws Exception {
        double before = server.metric(SERVED);
        try (RawConnection connection = reader(get(large))) {
            connections.awaitEnded(connection.port());
        }
        int taken = (int) (server.metric(SERVED) - before);
        assertThat(taken).as("by the kernel and Pekko, and not by the reader").isLessThan(LARGE);
        List<RawConnection> readers = new ArrayList<>();
        for (int less = 0; less < 16; less++) {
            readers.add(reader(get(stored(taken - less * (16 << 10)), "Connection: close")));
        }
        for (RawConnection connection : readers) {
            connections.awaitEnded(connection.port());
            connection.close();
        }
    }

    private RawConnection reader(String request) throws Exception {
        RawConnection connection = new RawConnection(server.url(), RECEIVE_BUFFER);
        byte[] bytes = RawConnection.ascii(request);
        connection.send(bytes, 0, bytes.length);
        return connection;
    }

    @Test
    void who_is_slow_and_keeps_to_the_rate_is_served() throws Exception {
        byte[] content = bytes(3 * BYTES_PER_SECOND);
        Sha256 id = Sha256.hash(content);
        try (RawConnection connection = new RawConnection(server.url())) {
            byte[] put = RawConnection.ascii(
                    head("PUT", ApiClient.blobPath(vault, id), "Content-Length: " + content.length) + "\r\n");
            connection.send(put, 0, put.length);
            int step = BYTES_PER_SECOND / 10;
            for (int sent = 0; sent < content.length; sent += step) {
                Thread.sleep(50);
                assertThat(connection.send(content, sent, Math.min(step, content.length - sent)))
                        .isTrue();
            }
            assertThat(connection.answer(false).map(Head::status)).hasValue(204);
        }
        try (RawConnection connection = reader(get(large))) {
            assertThat(connection.answer(true).map(Head::status)).hasValue(200);
            for (int read = 0; read < LARGE; read += LARGE / 20) {
                Thread.sleep(100);
                connection.skip(Math.min(LARGE / 20, LARGE - read));
            }
        }
    }

    @Test
    void hundreds_of_them_at_once_hurt_nobody_and_leave_nothing_behind() throws Exception {
        String blob = ApiClient.blobPath(vault, Sha256.hash(new byte[1]));
        List<String> bodies = List.of(
                head("PUT", blob, "Content-Length: 1000000") + "\r\n",
                head("POST", "/v1/vaults/" + vault + "/mutations", "Content-Length: 1000") + "\r\n{");
        SharingVault honest = new SharingVault(server, "honest");
        List<RawConnection> readers = new ArrayList<>();
        List<Future<Optional<Head>>> senders = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < EACH; i++) {
                readers.add(reader(get(large)));
                bodies.forEach(body -> senders.add(threads.submit(() -> trickled(body))));
            }
            for (int i = 0; senders.stream().anyMatch(sender -> !sender.isDone()); i++) {
                honest.file(ItemId.ROOT, "honest-" + i, "honest-" + i);
            }
        }
        for (Future<Optional<Head>> sender : senders) {
            assertThat(sender.get().map(Head::status)).hasValue(408);
        }
        for (RawConnection reader : readers) {
            connections.awaitEnded(reader.port());
            reader.close();
        }
    }
}
