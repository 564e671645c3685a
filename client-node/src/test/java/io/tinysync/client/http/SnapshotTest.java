package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import io.tinysync.engine.protocol.VaultId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SnapshotTest {

    private static final VaultId VAULT = new VaultId(new UUID(0x7000, 1));
    private static final SnapshotHeader HEADER = new SnapshotHeader(1, 42, new Chain(1, 2));

    private static CannedServer canned;
    private static RemoteServer server;

    @BeforeAll
    static void start() throws Exception {
        canned = new CannedServer();
        server = new RemoteServer(ServerUrls.of(canned.uri()), "tsdev_secret", HttpTimes.DEFAULT);
    }

    @AfterAll
    static void stop() {
        server.close();
        canned.close();
    }

    @Test
    void a_snapshot_comes_compressed_in_pieces_and_complete() throws Exception {
        List<Item> items = items(3500);
        answer(gzip(whole(items)));
        RecordingSink sink = new RecordingSink();
        assertThat(RemoteServerTest.await(server.snapshot(VAULT, sink)))
                .isEqualTo(new Answers.SnapshotComplete(HEADER, 3500));
        assertThat(sink.items).isEqualTo(items);
        assertThat(sink.pieces).isEqualTo(4);
    }

    @Test
    void an_empty_vaults_snapshot_is_complete() throws Exception {
        answer(gzip(whole(List.of())));
        assertThat(RemoteServerTest.await(server.snapshot(VAULT, new RecordingSink())))
                .isEqualTo(new Answers.SnapshotComplete(HEADER, 0));
    }

    @Test
    void a_snapshot_that_is_cut_off_anywhere_is_never_complete() throws Exception {
        byte[] whole = whole(items(30));
        for (int length = 0; length < whole.length - 1; length += 101) {
            answer(gzip(Arrays.copyOf(whole, length)));
            assertThatThrownBy(() -> RemoteServerTest.await(server.snapshot(VAULT, new RecordingSink())))
                    .isInstanceOf(IOException.class);
        }
        byte[] compressed = gzip(whole);
        answer(Arrays.copyOf(compressed, compressed.length - 10));
        assertThatThrownBy(() -> RemoteServerTest.await(server.snapshot(VAULT, new RecordingSink())))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_snapshot_of_which_a_line_is_missing_or_changed_is_never_complete() throws Exception {
        List<Item> items = items(10);
        String whole = new String(whole(items), StandardCharsets.UTF_8);
        List<String> broken = List.of(
                whole.replaceFirst("\\{\"item_id\"[^\n]*\n", ""),
                whole.replaceFirst("name3", "name4"),
                whole.replaceFirst("\"items\":10", "\"items\":9"),
                whole.replaceFirst("\"seq\":42", "\"seq\":43"));
        for (String snapshot : broken) {
            assertThat(snapshot).isNotEqualTo(whole);
            answer(gzip(snapshot.getBytes(StandardCharsets.UTF_8)));
            assertThatThrownBy(() -> RemoteServerTest.await(server.snapshot(VAULT, new RecordingSink())))
                    .isInstanceOf(UnknownOutcomeException.class)
                    .hasMessageContaining("trailer");
        }
    }

    private static void answer(byte[] compressed) {
        canned.answerWith(request -> HttpResponse.create()
                .addHeader(RawHeader.create("Content-Encoding", "gzip"))
                .withEntity(compressed));
    }

    private static byte[] whole(List<Item> items) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        line(lines, HEADER);
        for (Item item : items) {
            line(lines, item);
        }
        Sha256 sha256 = Sha256.hash(lines.toByteArray());
        line(lines, new SnapshotTrailer(true, HEADER.seq(), HEADER.chain(), items.size(), sha256));
        return lines.toByteArray();
    }

    private static void line(OutputStream lines, Object value) throws IOException {
        lines.write(Json.write(value));
        lines.write('\n');
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static List<Item> items(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> new Item(
                        new ItemId(new UUID(0x7000, number)),
                        ItemId.ROOT,
                        "name" + number,
                        ItemKind.FILE,
                        Content.EMPTY,
                        null,
                        0644,
                        number,
                        number,
                        number,
                        number,
                        null))
                .toList();
    }
}
