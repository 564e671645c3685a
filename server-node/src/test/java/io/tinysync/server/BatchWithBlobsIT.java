package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.BatchWithBlobs;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ops together with the short blobs that they name, in one request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BatchWithBlobsIT {

    private TestServer server;
    private Device laptop;
    private Device desktop;
    private VaultId vault;
    private long requestNo;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        laptop = server.anyone().register("laptop");
        desktop = server.anyone().register("desktop");
        vault = server.admin().vaultFor("shared", laptop, desktop);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ShortBlob blob(byte[] bytes) {
        return new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes));
    }

    private byte[] body(List<ShortBlob> blobs, Op... ops) {
        MutationsRequest request = new MutationsRequest(laptop.api().head(vault), ++requestNo, List.of(ops));
        return new BatchWithBlobs(ByteBuffer.wrap(Json.write(request)), blobs).encode();
    }

    private Response send(byte[] body) {
        return laptop.api().post("/v1/vaults/" + vault + "/mutations", BatchWithBlobs.MEDIA_TYPE, body);
    }

    private static List<String> outcomes(Response answer) {
        List<String> outcomes = new ArrayList<>();
        for (JsonNode result : answer.expect(200).json().path("results")) {
            outcomes.add(result.path("status").asText());
        }
        return outcomes;
    }

    private static void assertRefused(Response answer, int status, String code) {
        assertThat(answer.expect(status).json().path("code").asText()).isEqualTo(code);
    }

    @Test
    void opsNameTheBlobsThatCameAlong() {
        byte[] one = text("one");
        byte[] two = text("two");
        byte[] body =
                body(List.of(blob(one), blob(two)), ApiClient.createFile("one", one), ApiClient.createFile("two", two));

        assertThat(outcomes(send(body))).containsExactly("accepted", "accepted");
        assertThat(desktop.api()
                        .get(ApiClient.blobPath(vault, Sha256.hash(two)))
                        .expect(200)
                        .text())
                .isEqualTo("two");
    }

    @Test
    void aBlobWithOtherBytesIsMissingToItsOpAndToNoOther() {
        byte[] right = text("right");
        byte[] named = text("named");
        ShortBlob wrong = new ShortBlob(Sha256.hash(named), ByteBuffer.wrap(text("other")));
        Response answer = send(body(
                List.of(wrong, blob(right)),
                ApiClient.createFile("named", named),
                ApiClient.createFile("right", right)));

        assertThat(outcomes(answer)).containsExactly("rejected", "accepted");
        assertThat(answer.json().at("/results/0/code").asText()).isEqualTo("blob_missing");
    }

    @Test
    void theSameAgainTakesEffectOnce() {
        byte[] bytes = text("again");
        Op create = ApiClient.createFile("again", bytes);
        assertThat(outcomes(send(body(List.of(blob(bytes)), create)))).containsExactly("accepted");
        long head = laptop.api().head(vault).seq();

        assertThat(outcomes(send(body(List.of(blob(bytes)), create)))).containsExactly("accepted");
        assertThat(laptop.api().head(vault).seq()).isEqualTo(head);
    }

    @Test
    void aBatchAloneMayComeInThisFormToo() {
        assertThat(outcomes(send(body(List.of(), ApiClient.createFolder("alone")))))
                .containsExactly("accepted");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 100})
    void aBodyThatEndsTooEarlyIsRefusedAndNothingOfItIsTaken(int length) {
        byte[] bytes = text("cut " + length);
        byte[] body = body(List.of(blob(bytes)), ApiClient.createFile("cut " + length, bytes));
        long head = laptop.api().head(vault).seq();

        assertRefused(send(Arrays.copyOf(body, length)), 400, "bad_request");
        assertRefused(send(Arrays.copyOf(body, body.length - 1)), 400, "bad_request");
        assertThat(laptop.api().head(vault).seq()).isEqualTo(head);
    }

    @Test
    void aBatchOverItsLimitIsRefusedThoughTheBodyIsNot() {
        byte[] batch = new byte[(int) Limits.DEFAULT.maxBodyBytes() + 1];

        assertRefused(send(new BatchWithBlobs(ByteBuffer.wrap(batch), List.of()).encode()), 413, "too_large");
    }
}
