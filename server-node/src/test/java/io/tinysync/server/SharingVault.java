package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A vault of one device that changes its items and makes links to them. */
final class SharingVault {

    private final Device device;
    private final VaultId id;
    private long requestNo;

    /** With names of all sorts. */
    SharingVault(TestServer server, String name) {
        this.device = server.anyone().register(name + "'s device");
        this.id = server.admin().vaultFor(name, NamePolicy.POSIX, device);
    }

    /** A link that was made. */
    record Link(LinkId id, String token, String path) {}

    VaultId id() {
        return id;
    }

    Device device() {
        return device;
    }

    ItemId folder(ItemId parent, String name) {
        ItemId item = newItem();
        accepted(new Op.CreateFolder(newOp(), item, List.of(), parent, name, 0755, 0));
        return item;
    }

    ItemId file(ItemId parent, String name, String text) {
        return file(parent, name, text.getBytes(StandardCharsets.UTF_8));
    }

    ItemId file(ItemId parent, String name, byte[] bytes) {
        ItemId item = newItem();
        Sha256 sha256 = Sha256.hash(bytes);
        device.api()
                .put(ApiClient.blobPath(id, sha256), BodyPublishers.ofByteArray(bytes))
                .expect(204);
        accepted(new Op.CreateFile(newOp(), item, List.of(), parent, name, new Content(sha256, bytes.length), 0644, 0));
        return item;
    }

    void symlink(ItemId parent, String name, String target) {
        accepted(new Op.CreateSymlink(newOp(), newItem(), List.of(), parent, name, target, 0777, 0));
    }

    /** Many small files in one folder, with the names that a number makes. */
    void files(ItemId parent, String format, int count) {
        byte[] bytes = "many".getBytes(StandardCharsets.UTF_8);
        Sha256 sha256 = Sha256.hash(bytes);
        device.api()
                .put(ApiClient.blobPath(id, sha256), BodyPublishers.ofByteArray(bytes))
                .expect(204);
        for (int from = 0; from < count; from += 256) {
            Op[] ops = java.util.stream.IntStream.range(from, Math.min(count, from + 256))
                    .mapToObj(number -> new Op.CreateFile(
                            newOp(),
                            newItem(),
                            List.of(),
                            parent,
                            format.formatted(number),
                            new Content(sha256, bytes.length),
                            0644,
                            0))
                    .toArray(Op[]::new);
            accepted(ops);
        }
    }

    void move(ItemId item, ItemId parent, String name) {
        accepted(new Op.MoveRename(newOp(), item, List.of(), parent, name, Base.at(headSeq())));
    }

    void delete(ItemId item) {
        accepted(ApiClient.delete(item, headSeq()));
    }

    void restore(ItemId item) {
        accepted(ApiClient.restore(item));
    }

    long headSeq() {
        return device.api().head(id).seq();
    }

    void accepted(Op... ops) {
        answered("accepted", ops);
    }

    void rejected(Op... ops) {
        answered("rejected", ops);
    }

    private void answered(String status, Op... ops) {
        JsonNode results = device.api()
                .mutate(id, device.api().head(id), ++requestNo, ops)
                .expect(200)
                .json()
                .path("results");
        results.forEach(result ->
                assertThat(result.path("status").asText()).as("%s", result).isEqualTo(status));
    }

    /** @param headers names and values */
    ApiClient.Response submitted(Op op, String... headers) {
        MutationsRequest batch = new MutationsRequest(device.api().head(id), ++requestNo, List.of(op));
        HttpRequest.Builder request = device.api()
                .request("/v1/vaults/" + id + "/mutations")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(batch)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return device.api().send(request.build());
    }

    Link link(ItemId item) {
        return link(item, null, null, null);
    }

    Link link(ItemId item, @Nullable Instant expiresAt, @Nullable String password, @Nullable Integer maxDownloads) {
        String expires = expiresAt == null ? null : expiresAt.toString();
        JsonNode made = device.api()
                .post(links(), new CreateLink(item, expires, password, maxDownloads))
                .expect(201)
                .json();
        return new Link(
                LinkId.parse(made.path("link_id").asText()),
                made.path("token").asText(),
                made.path("path").asText());
    }

    String links() {
        return "/v1/vaults/" + id + "/links";
    }

    private static OpId newOp() {
        return new OpId(uuid7());
    }

    private static ItemId newItem() {
        return new ItemId(uuid7());
    }

    private static UUID uuid7() {
        UUID random = UUID.randomUUID();
        long high = (System.currentTimeMillis() << 16) | 0x7000 | (random.getMostSignificantBits() & 0xFFF);
        return new UUID(high, random.getLeastSignificantBits());
    }
}
