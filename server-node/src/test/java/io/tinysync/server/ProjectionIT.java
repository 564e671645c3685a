package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of items and usage are what the vault is, a moment later, and can be made again. */
final class ProjectionIT {

    private static final byte[] SMALL = {1, 2, 3};
    private static final byte[] LARGE = new byte[1000];

    @TempDir
    private Path data;

    private long requestNo;

    @Test
    void theTablesFollowEveryKindOfEntryAndCanBeMadeAnew() throws Exception {
        DatabaseAddress address = TestPostgres.newDatabase();
        try (TestServer server = TestServer.start(
                        data, address, Map.of("tombstone-retention", "0s", "retention-interval", "1h"));
                Database database = Database.open(address)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            ApiClient api = device.api();
            write(api, vault);
            awaitTables(server, database, vault, api);

            database.run(statements -> statements.update("DELETE FROM items WHERE kind = 'file'"));
            database.run(statements -> statements.update("UPDATE vault_usage SET items = 77, bytes = 7"));
            server.admin().put("/v1/projections/" + vault).expect(204);
            awaitTables(server, database, vault, api);

            assertThat(api.put("/v1/projections/" + vault).status()).isEqualTo(403);
            Await.until(
                    "the lag is shown and is none",
                    () -> server.admin().get("/metrics").text().contains("tinysync_projection_lag_entries 0.0"));
        }
    }

    /** Purges too: the retention of this server looks all the time. */
    @Test
    void whatIsPurgedLeavesTheTables() throws Exception {
        DatabaseAddress address = TestPostgres.newDatabase();
        try (TestServer server = TestServer.start(
                        data,
                        address,
                        Map.of("tombstone-retention", "0s", "log-retention", "0s", "retention-interval", "20ms"));
                Database database = Database.open(address)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            ApiClient api = device.api();
            Op.CreateFolder folder = ApiClient.createFolder("folder");
            Op.CreateFolder stays = ApiClient.createFolder("stays");
            mutate(api, vault, folder, stays, createIn(folder, "a folder in it"));
            mutate(api, vault, new Op.DeleteSubtree(op(), folder.itemId(), List.of(), Base.at(3), 1));

            Await.until(
                    "the tombstones are gone and the log is short",
                    () -> rows(database, vault, "TRUE").size() == 1
                            && server.admin()
                                            .get("/v1/vaults/" + vault)
                                            .json()
                                            .path("min_retained_seq")
                                            .asLong()
                                    > 1);
            awaitTables(server, database, vault, api);
        }
    }

    private void write(ApiClient api, VaultId vault) {
        for (byte[] bytes : List.of(SMALL, LARGE)) {
            api.putBlob(vault, Sha256.hash(bytes), bytes).expect(204);
        }
        Op.CreateFile edited = ApiClient.createFile("edited", SMALL);
        Op.CreateFile moved = ApiClient.createFile("moved", SMALL);
        Op.CreateFile deleted = ApiClient.createFile("deleted", SMALL);
        Op.CreateFile restored = ApiClient.createFile("restored", SMALL);
        Op.CreateFolder gone = ApiClient.createFolder("gone");
        Op.CreateFolder back = ApiClient.createFolder("back");
        Op.CreateSymlink link = new Op.CreateSymlink(op(), item(), List.of(), ItemId.ROOT, "link", "a target", 0777, 0);
        mutate(api, vault, edited, moved, deleted, restored, gone, back, link);
        mutate(api, vault, createIn(gone, "goes"), createIn(back, "comes"), createIn(back, "went before"));
        mutate(
                api,
                vault,
                new Op.UpdateContent(
                        op(),
                        edited.itemId(),
                        List.of(),
                        new Content(Sha256.hash(LARGE), LARGE.length),
                        0600,
                        7,
                        Base.after(edited.opId())),
                new Op.MoveRename(op(), moved.itemId(), List.of(), back.itemId(), "there", Base.after(moved.opId())),
                new Op.Delete(op(), deleted.itemId(), List.of(), Base.after(deleted.opId())),
                new Op.Delete(op(), restored.itemId(), List.of(), Base.after(restored.opId())),
                new Op.Restore(op(), restored.itemId(), List.of(), false, null, "under another name"),
                new Op.DeleteSubtree(op(), gone.itemId(), List.of(), Base.at(20), 10),
                new Op.DeleteSubtree(op(), back.itemId(), List.of(), Base.at(20), 10),
                new Op.Restore(op(), back.itemId(), List.of(), true, null, "back again"));
    }

    private static Op.CreateFolder createIn(Op.CreateFolder folder, String name) {
        return new Op.CreateFolder(op(), item(), List.of(), folder.itemId(), name, 0755, 0);
    }

    private void mutate(ApiClient api, VaultId vault, Op... ops) {
        JsonNode results = api.mutate(vault, Cursor.START, ++requestNo, ops)
                .expect(200)
                .json()
                .path("results");
        results.forEach(result ->
                assertThat(result.path("status").asText()).as(result.toString()).isEqualTo("accepted"));
    }

    private static OpId op() {
        return new OpId(UUID.randomUUID());
    }

    private static ItemId item() {
        return new ItemId(UUID.randomUUID());
    }

    /** Waits until the tables have the live items that the vault has, and as many as it says. */
    private static void awaitTables(TestServer server, Database database, VaultId vault, ApiClient api)
            throws Exception {
        Await.until("the tables are at the head and right", () -> {
            JsonNode status = api.get("/v1/vaults/" + vault).expect(200).json();
            JsonNode tables = server.admin()
                    .get("/v1/projections")
                    .expect(200)
                    .json()
                    .path("projections")
                    .get(0);
            return tables.path("projected_to_seq").asLong()
                            == status.path("head_seq").asLong()
                    && tables.path("items").equals(status.path("items"))
                    && tables.path("bytes").equals(status.path("bytes"))
                    && rows(database, vault, "deleted_at_seq IS NULL").equals(snapshot(api, vault));
        });
    }

    private static Set<String> rows(Database database, VaultId vault, String condition) {
        List<String> rows = database.run(statements -> statements.list(
                row -> row.getString(1),
                "SELECT concat_ws(' ', item_id, parent_item_id, name, kind, encode(sha256, 'hex'), size, version)"
                        + " FROM items WHERE vault_id = ? AND " + condition,
                vault.value()));
        return new TreeSet<>(rows);
    }

    private static Set<String> snapshot(ApiClient api, VaultId vault) throws IOException {
        byte[] zipped = api.get("/v1/vaults/" + vault + "/snapshot").expect(200).bytes();
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes(), StandardCharsets.UTF_8);
        Set<String> items = new TreeSet<>();
        for (String line : text.split("\n", -1)) {
            JsonNode item = new ObjectMapper().readTree(line);
            if (item.has("item_id")) {
                String content = item.has("content")
                        ? " " + item.path("content").path("sha256").asText() + " "
                                + item.path("content").path("size").asText()
                        : "";
                items.add(item.path("item_id").asText() + " "
                        + item.path("parent_item_id").asText() + " "
                        + item.path("name").asText() + " " + item.path("kind").asText() + content + " "
                        + item.path("version").asText());
            }
        }
        return items;
    }
}
