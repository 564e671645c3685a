package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.BlobResult;
import io.tinysync.engine.protocol.BlobsReply;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.ReadBlobs;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Short blobs of a device, over HTTP. */
final class ShortBlobsTest {

    private static final VaultId VAULT = new VaultId(new UUID(0x7000, 1));
    private static final Duration LONG = Duration.ofSeconds(20);

    private static CannedServer canned;
    private static RemoteServer server;

    @BeforeAll
    static void start() throws Exception {
        canned = new CannedServer();
        server = new RemoteServer(
                ServerUrls.of(canned.uri()), "tsdev_secret", new HttpTimes(LONG, LONG, LONG, LONG, LONG, LONG));
    }

    @AfterAll
    static void stop() {
        server.close();
        canned.close();
    }

    @BeforeEach
    void forget() {
        canned.requests.clear();
    }

    private static byte[] body(HttpRequest request) throws Exception {
        return RemoteServerTest.await(request.entity().toStrict(LONG.toMillis(), canned.system()))
                .getData()
                .toArrayUnsafe();
    }

    private static ShortBlob blob(String text) {
        return new ShortBlob(content(text).sha256(), StandardCharsets.UTF_8.encode(text));
    }

    private static Content content(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(Sha256.hash(bytes), bytes.length);
    }

    private static CompletionStage<Answers.ShortUploads> upload(String... texts) {
        return server.uploadShort(
                VAULT, List.of(texts).stream().map(ShortBlobsTest::blob).toList());
    }

    @Test
    void they_go_in_one_request_and_each_has_its_result() throws Exception {
        List<BlobResult> results = List.of(
                BlobResult.stored(content("one").sha256()),
                BlobResult.refused(content("two").sha256(), ProblemCode.INSUFFICIENT_STORAGE, "full"));
        // Read and answered at once: the entity of a request that was answered cannot be read later.
        canned.answerLater(request -> request.toStrict(LONG.toMillis(), canned.system())
                .thenApply(strict -> {
                    canned.requests.add(strict);
                    return HttpResponse.create().withEntity(Json.write(new BlobsReply(results)));
                }));

        assertThat(RemoteServerTest.await(upload("one", "two"))).isEqualTo(new Answers.Taken(results));
        canned.requests.take();
        HttpRequest request = canned.requests.take();
        assertThat(request.getUri().path()).isEqualTo("/v1/vaults/" + VAULT + "/blobs");
        assertThat(request.entity().getContentType().toString()).isEqualTo(BlobFrames.MEDIA_TYPE);
        assertThat(BlobFrames.decode(ByteBuffer.wrap(body(request))))
                .extracting(blob -> StandardCharsets.UTF_8.decode(blob.bytes()).toString())
                .containsExactly("one", "two");
    }

    @Test
    void results_of_other_blobs_say_nothing_of_any() {
        canned.answer(
                200,
                Json.write(
                        new BlobsReply(List.of(BlobResult.stored(content("one").sha256())))));

        assertThatThrownBy(() -> RemoteServerTest.await(upload("one", "two")))
                .isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void a_server_that_refuses_all_of_them_is_an_answer() throws Exception {
        canned.answer(
                403, Json.write(new Problem("about:blank", "title", 403, ProblemCode.FORBIDDEN, "no access", null)));

        assertThat(RemoteServerTest.await(upload("one", "two")))
                .isEqualTo(new Answers.Refused(ProblemCode.FORBIDDEN, "forbidden: no access"));
    }

    @Test
    void several_are_read_in_one_request_and_what_is_left_out_is_not_there() throws Exception {
        canned.answerLater(request -> request.toStrict(LONG.toMillis(), canned.system())
                .thenApply(strict -> HttpResponse.create().withEntity(answer(strict))));

        List<ShortBlob> read = RemoteServerTest.await(
                server.readShort(VAULT, List.of(content("one"), content("two"), content("two"))));
        assertThat(read)
                .extracting(blob -> StandardCharsets.UTF_8.decode(blob.bytes()).toString())
                .containsExactly("two");
        assertThat(canned.requests.take().getUri().path()).isEqualTo("/v1/vaults/" + VAULT + "/blobs/read");
    }

    private static byte[] answer(HttpRequest request) {
        try {
            List<Sha256> asked = Json.read(body(request), ReadBlobs.class).sha256();
            return BlobFrames.encode(asked.stream()
                    .filter(blob("two").sha256()::equals)
                    .map(_ -> blob("two"))
                    .toList());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bytes_that_are_no_frames_are_no_answer() {
        canned.answer(200, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> RemoteServerTest.await(server.readShort(VAULT, List.of(content("one")))))
                .isInstanceOf(IOException.class);
    }
}
