package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.Answers.Refused;
import io.tinysync.engine.device.BlobRange;
import io.tinysync.engine.device.ByteSink;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.UploadProgress;
import io.tinysync.engine.protocol.VaultId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteServerTest {

    private static final VaultId VAULT = new VaultId(new UUID(0x7000, 1));
    private static final HttpTimes TIMES = new HttpTimes(
            Duration.ofSeconds(2),
            Duration.ofMillis(1500),
            Duration.ofMillis(50),
            Duration.ofMillis(400),
            Duration.ofMillis(10),
            Duration.ofMillis(100));

    private static CannedServer canned;
    private static RemoteServer server;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        canned = new CannedServer();
        server = new RemoteServer(ServerUrls.of(canned.uri()), "tsdev_secret", TIMES);
    }

    @AfterAll
    static void stop() {
        server.close();
        canned.close();
    }

    @Test
    void a_log_page_is_asked_for_with_cursor_token_and_protocol_and_comes_checked() throws Exception {
        Entry entry = entry(1, Chain.START);
        canned.answer(200, Json.write(new LogPage(1, 5, 1, List.of(entry))));
        canned.requests.clear();
        Answers.Log answer = await(server.log(VAULT, Cursor.START, 500));
        assertThat(answer).isEqualTo(new Answers.Page(new LogPage(1, 5, 1, List.of(entry))));
        HttpRequest request = canned.requests.take();
        while (!request.getUri().toString().endsWith("&limit=500")) {
            // One that another test gave up before the canned server had read it.
            request = canned.requests.take();
        }
        assertThat(request.getUri().toString())
                .endsWith("/v1/vaults/" + VAULT + "/log?after=1.0.00000000000000000000000000000000&limit=500");
        assertThat(request.getHeader("Authorization").orElseThrow().value()).isEqualTo("Bearer tsdev_secret");
        assertThat(request.getHeader("TinySync-Protocol").orElseThrow().value()).isEqualTo("1");
    }

    @Test
    void a_log_page_whose_chain_does_not_continue_the_cursors_is_no_answer() {
        Entry entry = entry(1, new Chain(1, 1));
        canned.answer(200, Json.write(new LogPage(1, 5, 1, List.of(entry))));
        assertThatThrownBy(() -> await(server.log(VAULT, Cursor.START, 500)))
                .hasMessageContaining("does not continue the history");
    }

    @Test
    void another_history_a_truncated_log_and_a_rewound_device_are_answers_of_their_own() throws Exception {
        problem(409, ProblemCode.LOG_DIVERGED, null);
        assertThat(await(server.log(VAULT, Cursor.START, 5))).isEqualTo(new Answers.Diverged());
        assertThat(await(server.mutations(VAULT, request(), List.of()))).isEqualTo(new Answers.Diverged());
        problem(410, ProblemCode.LOG_TRUNCATED, null);
        assertThat(await(server.log(VAULT, Cursor.START, 5))).isEqualTo(new Answers.Truncated());
        problem(409, ProblemCode.DEVICE_REWOUND, 77L);
        assertThat(await(server.mutations(VAULT, request(), List.of()))).isEqualTo(new Answers.Rewound(77));
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "UNSUPPORTED_PROTOCOL"})
    void a_refusal_is_an_answer_with_its_code(ProblemCode code) throws Exception {
        problem(403, code, null);
        Refused refused = new Refused(code, code + ": because");
        assertThat(await(server.log(VAULT, Cursor.START, 5))).isEqualTo(refused);
        assertThat(await(server.mutations(VAULT, request(), List.of()))).isEqualTo(refused);
        assertThat(await(server.snapshot(VAULT, new RecordingSink()))).isEqualTo(refused);
        assertThat(await(server.upload(VAULT, content(10), file(10)))).isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 507})
    void a_server_that_cannot_answer_now_says_nothing_about_anything(int status) {
        problem(status, ProblemCode.UNAVAILABLE, null);
        assertUnknown(server.log(VAULT, Cursor.START, 5));
        assertUnknown(server.mutations(VAULT, request(), List.of()));
        assertUnknown(server.snapshot(VAULT, new RecordingSink()));
    }

    @Test
    void a_server_without_space_refuses_a_content_and_nothing_else() throws Exception {
        problem(507, ProblemCode.INSUFFICIENT_STORAGE, null);
        assertThat(await(server.upload(VAULT, content(10), file(10))))
                .isEqualTo(new Refused(ProblemCode.INSUFFICIENT_STORAGE, "insufficient_storage: because"));
        assertThat(await(server.upload(VAULT, content(5_000_000), file(5_000_000))))
                .isEqualTo(new Refused(ProblemCode.INSUFFICIENT_STORAGE, "insufficient_storage: because"));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404})
    void what_a_portal_in_between_answers_is_neither_absence_nor_loss_of_access(int status) throws Exception {
        canned.answer(status, "<html>please log in</html>".getBytes(StandardCharsets.UTF_8));
        assertUnknown(server.log(VAULT, Cursor.START, 5));
        assertUnknown(server.download(VAULT, content(10), new BlobRange(0, 10), _ -> true));
    }

    @Test
    void no_server_is_a_failure() {
        try (RemoteServer nobody = new RemoteServer(ServerUrls.parse("http://127.0.0.1:1"), "t", TIMES)) {
            assertThatThrownBy(() -> await(nobody.log(VAULT, Cursor.START, 5))).isInstanceOf(IOException.class);
        }
    }

    /** Which one is asked first is chance. */
    @Test
    void after_a_failure_another_node_is_asked() throws Exception {
        canned.answer(200, Json.write(new LogPage(1, 0, 1, List.of())));
        ServerUrls nodes = ServerUrls.parse("http://127.0.0.1:1," + canned.uri() + ",http://127.0.0.1:2");
        for (int i = 0; i < 10; i++) {
            try (RemoteServer remote = new RemoteServer(nodes, "t", TIMES)) {
                int failures = 0;
                while (failures < 3 && !isAnswered(remote)) {
                    failures++;
                }
                assertThat(failures).isLessThan(3);
                assertThat(isAnswered(remote)).isTrue();
            }
        }
    }

    private static boolean isAnswered(RemoteServer remote) throws Exception {
        return remote.log(VAULT, Cursor.START, 5)
                .handle((answer, failure) -> failure == null)
                .toCompletableFuture()
                .get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    @Test
    void a_server_that_is_silent_is_given_up() {
        canned.answerLater(request -> new java.util.concurrent.CompletableFuture<>());
        assertThatThrownBy(() -> await(server.log(VAULT, Cursor.START, 5)))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("no byte for 1500 ms");
    }

    @Test
    void mutations_carry_their_ops_and_bring_their_results() throws Exception {
        MutationsReply reply = new MutationsReply(List.of(OpResult.accepted(new OpId(new UUID(0x7000, 9)), 3, null)));
        canned.answer(200, Json.write(reply));
        assertThat(await(server.mutations(VAULT, request(), List.of()))).isEqualTo(new Answers.Results(reply));
    }

    @Test
    void a_content_is_sent_from_its_file_with_its_length_and_arrives_whole() throws Exception {
        Path file = file(1_000_000);
        List<byte[]> arrived = new ArrayList<>();
        canned.answerLater(
                request -> request.entity().toStrict(5000, canned.system()).thenApply(body -> {
                    arrived.add(body.getData().toArray());
                    return HttpResponse.create().withStatus(201);
                }));
        canned.requests.clear();
        assertThat(await(server.upload(VAULT, content(1_000_000), file))).isEqualTo(new Answers.Stored());
        assertThat(arrived.getFirst()).isEqualTo(Files.readAllBytes(file));
        HttpRequest request = canned.requests.take();
        assertThat(request.method().name()).isEqualTo("PUT");
        assertThat(request.getUri().path())
                .endsWith("/blobs/" + content(1_000_000).sha256());
        assertThat(request.entity().getContentLengthOption()).hasValue(1_000_000);
    }

    @Test
    void an_early_refusal_of_a_big_content_is_heard() throws Exception {
        canned.answerWith(request -> HttpResponse.create()
                .withStatus(413)
                .withEntity(Json.write(new Problem(
                        "about:blank", "Too large", 413, ProblemCode.TOO_LARGE, "10 bytes is the limit", null))));
        assertThat(await(server.upload(VAULT, content(5_000_000), file(5_000_000))))
                .isEqualTo(new Refused(ProblemCode.TOO_LARGE, "too_large: 10 bytes is the limit"));
    }

    @Test
    void a_large_content_goes_on_where_the_server_says_that_it_stands() throws Exception {
        Path file = file(5_000_000);
        List<byte[]> arrived = new ArrayList<>();
        canned.answerLater(request -> request.entity()
                .toStrict(5000, canned.system())
                .thenApply(body -> {
                    boolean asks = request.method().name().equals("GET");
                    if (!asks) {
                        arrived.add(body.getData().toArray());
                    }
                    return progress(asks ? 3_000_000 : 5_000_000, !asks);
                }));
        canned.requests.clear();

        assertThat(await(server.upload(VAULT, content(5_000_000), file))).isEqualTo(new Answers.Stored());

        assertThat(canned.requests.take().method().name()).isEqualTo("GET");
        HttpRequest patch = canned.requests.take();
        assertThat(patch.method().name()).isEqualTo("PATCH");
        assertThat(patch.getHeader("Upload-Offset").orElseThrow().value()).isEqualTo("3000000");
        assertThat(patch.getHeader("Upload-Length").orElseThrow().value()).isEqualTo("5000000");
        byte[] all = Files.readAllBytes(file);
        assertThat(arrived.getFirst()).isEqualTo(Arrays.copyOfRange(all, 3_000_000, 5_000_000));
    }

    @Test
    void a_large_content_that_is_stored_is_not_sent() throws Exception {
        canned.answerWith(request -> progress(5_000_000, true));
        canned.requests.clear();

        assertThat(await(server.upload(VAULT, content(5_000_000), file(5_000_000))))
                .isEqualTo(new Answers.Stored());

        assertThat(canned.requests).hasSize(1);
    }

    @Test
    void an_upload_that_stands_elsewhere_says_nothing_against_the_content() throws Exception {
        canned.answerLater(request -> request.entity()
                .toStrict(5000, canned.system())
                .thenApply(body -> request.method().name().equals("GET")
                        ? progress(0, false)
                        : HttpResponse.create()
                                .withStatus(409)
                                .withEntity(Json.write(new Problem(
                                        "about:blank", "Elsewhere", 409, ProblemCode.OFFSET_MISMATCH, "7", null)))));
        assertUnknown(server.upload(VAULT, content(5_000_000), file(5_000_000)));
    }

    private static HttpResponse progress(long offset, boolean stored) {
        return HttpResponse.create()
                .withEntity(Json.write(new UploadProgress(content(5_000_000).sha256(), offset, stored)));
    }

    @Test
    void a_file_that_is_shorter_than_its_content_says_is_not_sent_as_that() throws Exception {
        canned.answerLater(request -> request.entity()
                .toStrict(5000, canned.system())
                .thenApply(body -> HttpResponse.create().withStatus(201)));
        assertThatThrownBy(() -> await(server.upload(VAULT, content(400_000), file(300_000))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_content_is_fetched_into_its_sink() throws Exception {
        byte[] bytes = bytes(1_000_000);
        canned.answer(200, bytes);
        canned.requests.clear();
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        assertThat(await(server.download(VAULT, content(1_000_000), new BlobRange(0, 1_000_000), to(into))))
                .isEqualTo(new Answers.Received(1_000_000));
        assertThat(into.toByteArray()).isEqualTo(bytes);
        assertThat(canned.requests.take().getHeader("Range")).isEmpty();
    }

    private static ByteSink to(ByteArrayOutputStream into) {
        return bytes -> {
            into.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            return true;
        };
    }

    @Test
    void a_part_is_asked_for_as_a_range_and_another_part_is_no_answer() throws Exception {
        byte[] bytes = bytes(100);
        canned.requests.clear();
        canned.answerWith(request -> HttpResponse.create()
                .withStatus(206)
                .addHeader(RawHeader.create("Content-Range", "bytes 10-29/100"))
                .withEntity(Arrays.copyOfRange(bytes, 10, 30)));
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        assertThat(await(server.download(VAULT, content(100), new BlobRange(10, 20), to(into))))
                .isEqualTo(new Answers.Received(20));
        assertThat(into.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 10, 30));
        assertThat(canned.requests.take().getHeader("Range").orElseThrow().value())
                .isEqualTo("bytes=10-29");
        assertUnknown(server.download(VAULT, content(100), new BlobRange(11, 20), to(into)));
        canned.answer(200, bytes);
        assertUnknown(server.download(VAULT, content(100), new BlobRange(0, 20), to(into)));
        assertThat(into.toByteArray()).hasSize(20);
    }

    @Test
    void a_transfer_ends_when_its_sink_wants_no_more() throws Exception {
        canned.answerInPart(bytes(1_000_000), 100_000, false);
        assertThat(await(server.download(VAULT, content(1_000_000), new BlobRange(0, 1_000_000), _ -> false)))
                .isInstanceOf(Answers.Received.class);
    }

    @Test
    void a_list_of_leaves_has_as_many_as_the_content_makes() throws Exception {
        Leaves leaves = new Leaves(content(10).sha256(), 10, Leaves.LEAF_BYTES, List.of(Sha256.hash(bytes(10))));
        canned.answer(200, Json.write(leaves));
        assertThat(await(server.leaves(VAULT, content(10)))).isEqualTo(new Answers.Listed(leaves));
        assertUnknown(server.leaves(VAULT, content(Leaves.LEAF_BYTES + 1)));
        problem(404, ProblemCode.NOT_FOUND, null);
        assertThat(await(server.leaves(VAULT, content(10)))).isEqualTo(new Answers.Missing());
    }

    @Test
    void a_download_that_is_cut_too_long_or_silent_fails() {
        canned.answerInPart(bytes(100_000), 50_000, true);
        assertThatThrownBy(() -> await(server.download(VAULT, content(100_000), new BlobRange(0, 100_000), _ -> true)))
                .isInstanceOf(IOException.class);
        canned.answer(200, bytes(100_001));
        assertUnknown(server.download(VAULT, content(100_000), new BlobRange(0, 100_000), _ -> true));
        canned.answerInPart(bytes(100_000), 50_000, false);
        assertThatThrownBy(() -> await(server.download(VAULT, content(100_000), new BlobRange(0, 100_000), _ -> true)))
                .hasMessageContaining("no byte for 1500 ms");
    }

    @Test
    void a_content_that_the_vault_does_not_hold_is_missing() throws Exception {
        problem(404, ProblemCode.NOT_FOUND, null);
        assertThat(await(server.download(VAULT, content(10), new BlobRange(0, 10), _ -> true)))
                .isEqualTo(new Answers.Missing());
    }

    private static void problem(int status, ProblemCode code, @Nullable Long highest) {
        canned.answer(status, Json.write(new Problem("about:blank", "Title", status, code, "because", highest)));
    }

    private static void assertUnknown(CompletionStage<?> stage) {
        assertThatThrownBy(() -> await(stage)).isInstanceOf(UnknownOutcomeException.class);
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Entry entry(long seq, Chain previous) {
        return Json.chained(
                new Entry(seq, Chain.START, 1, null, null, "2026-01-01T00:00:00Z", EntryKind.EPOCH, Scope.NONE, null),
                previous);
    }

    private static MutationsRequest request() {
        Op op = new Op.CreateFolder(
                new OpId(new UUID(0x7000, 9)), new ItemId(new UUID(0x7000, 8)), List.of(), ItemId.ROOT, "f", 0755, 0);
        return new MutationsRequest(Cursor.START, 1, List.of(op));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static Content content(int size) {
        return new Content(Sha256.hash(bytes(size)), size);
    }

    private Path file(int size) throws IOException {
        return Files.write(directory.resolve("file" + size), bytes(size));
    }
}
