package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.journal.JournalHead;
import io.tinysync.server.journal.JournalRows;
import io.tinysync.server.journal.LogTails;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server keeps for a while and then forgets, and what it never forgets. */
final class RetentionIT {

    private static final byte[] BYTES = {1, 2, 3};

    /** Everything is older than its window at once. */
    private static final Map<String, Object> NOTHING_IS_KEPT =
            Map.of("tombstone-retention", "0s", "log-retention", "0s", "retention-interval", "50ms");

    @TempDir
    private Path data;

    private DatabaseAddress database;
    private String token = "";
    private VaultId vault = new VaultId(new UUID(0, 0));
    private long requestNo;

    @BeforeEach
    void makeDatabase() throws Exception {
        database = TestPostgres.newDatabase();
    }

    private TestServer start(Map<String, Object> settings) throws Exception {
        return TestServer.start(data, database, settings);
    }

    private ApiClient device(TestServer server) {
        return server.anyone().as(token);
    }

    private ApiClient register(TestServer server) {
        Device device = server.anyone().register("device");
        vault = server.admin().vaultFor("vault", device);
        token = device.api().token();
        device.api().putBlob(vault, Sha256.hash(BYTES), BYTES).expect(204);
        return device.api();
    }

    private JsonNode accepted(ApiClient api, Op... ops) {
        JsonNode results = api.mutate(vault, Cursor.START, ++requestNo, ops)
                .expect(200)
                .json()
                .path("results");
        for (JsonNode result : results) {
            assertThat(result.path("status").asText()).as(result.toString()).isEqualTo("accepted");
        }
        return results.get(ops.length - 1);
    }

    private static OpId op() {
        return new OpId(UUID.randomUUID());
    }

    private static Op delete(Op.CreateFile file) {
        return new Op.Delete(op(), file.itemId(), List.of(), Base.after(file.opId()));
    }

    private static Op.CreateFile inFolder(Op.CreateFolder folder, String name) {
        Op.CreateFile top = ApiClient.createFile(name, BYTES);
        return new Op.CreateFile(
                top.opId(), top.itemId(), List.of(), folder.itemId(), name, top.content(), top.mode(), top.mtimeNs());
    }

    private static Op.Restore restore(ItemId id, boolean subtree, @Nullable String name) {
        return new Op.Restore(op(), id, List.of(), subtree, null, name);
    }

    @Test
    void whatWasDeletedComesBackToItsPlaceOrBesideItWithItsContent() throws Exception {
        try (TestServer server = start(Map.of("retention-interval", "50ms"))) {
            ApiClient api = register(server);
            Op.CreateFile file = ApiClient.createFile("doc", BYTES);
            Op.CreateFile besides = ApiClient.createFile("other", BYTES);
            Op.CreateFolder folder = ApiClient.createFolder("folder");
            Op.CreateFile within = inFolder(folder, "within");
            accepted(api, file, besides, folder, within);
            accepted(
                    api,
                    delete(file),
                    delete(besides),
                    new Op.DeleteSubtree(op(), folder.itemId(), List.of(), Base.at(4), 1),
                    ApiClient.createFile("other", BYTES));

            JsonNode doc = accepted(api, restore(file.itemId(), false, null));
            JsonNode beside = accepted(api, restore(besides.itemId(), false, "other (restored)"));
            JsonNode tree = accepted(api, restore(folder.itemId(), true, null));

            assertThat(doc.path("item").path("name").asText()).isEqualTo("doc");
            assertThat(beside.path("item").path("name").asText()).isEqualTo("other (restored)");
            assertThat(tree.path("item").path("name").asText()).isEqualTo("folder");
            assertThat(api.get("/v1/vaults/" + vault).json().path("items").asLong())
                    .isEqualTo(5);
            assertThat(api.get(ApiClient.blobPath(vault, Sha256.hash(BYTES)))
                            .expect(200)
                            .bytes())
                    .isEqualTo(BYTES);
            assertThat(api.get("/v1/vaults/" + vault)
                            .json()
                            .path("min_retained_seq")
                            .asLong())
                    .isEqualTo(1);
        }
    }

    @Test
    void afterItsWindowATombstoneIsPurgedByAnEntryAndWithWhatWentWithIt() throws Exception {
        Op.CreateFolder folder = ApiClient.createFolder("folder");
        Op.CreateFile within = inFolder(folder, "within");
        Op.CreateFile file = ApiClient.createFile("doc", BYTES);
        Op.CreateFolder stays = ApiClient.createFolder("stays");
        Map<String, Object> logIsKept = Map.of("tombstone-retention", "0s", "retention-interval", "50ms");
        try (TestServer server = start(logIsKept)) {
            ApiClient api = register(server);
            accepted(api, folder, within, file, stays);
            accepted(api, delete(file), new Op.DeleteSubtree(op(), folder.itemId(), List.of(), Base.at(2), 1));

            Await.until(
                    "both deletions are purged",
                    () -> kinds(api).stream().filter("purge"::equals).count() == 2);

            for (ItemId purged : List.of(folder.itemId(), within.itemId(), file.itemId())) {
                JsonNode result = api.mutate(vault, Cursor.START, ++requestNo, restore(purged, false, "back"))
                        .json()
                        .path("results")
                        .get(0);
                assertThat(result.path("code").asText()).isEqualTo("item_missing");
            }
            assertThat(kinds(api)).endsWith("delete", "delete_subtree", "purge", "purge");
        }
        try (TestServer server = start(logIsKept)) {
            ApiClient api = device(server);
            assertThat(api.get("/v1/vaults/" + vault).json().path("items").asLong())
                    .isEqualTo(1);
            assertThat(kinds(api)).hasSize(8);
        }
    }

    private List<String> kinds(ApiClient api) throws Exception {
        LogPage page =
                Json.readLogPage(api.log(vault, Cursor.START, 1000).expect(200).bytes(), Cursor.START);
        return page.entries().stream().map(entry -> entry.kind().toString()).toList();
    }

    /** A vault that is too small to have been saved could not recover from a journal without its head. */
    @Test
    void theOldestEntriesGoAndTheVaultComesBackAndKnowsWhatItHasForgotten() throws Exception {
        List<Cursor> cursors = new ArrayList<>(List.of(Cursor.START));
        Op.CreateFolder first = ApiClient.createFolder("first");
        try (TestServer server = start(Map.of())) {
            ApiClient api = register(server);
            accepted(api, first);
            for (int i = 1; i < 9; i++) {
                accepted(api, ApiClient.createFolder("folder " + i));
            }
            LogPage page = Json.readLogPage(api.log(vault, Cursor.START, 1000).bytes(), Cursor.START);
            page.entries().forEach(entry -> cursors.add(entry.cursor()));
        }
        try (TestServer server = start(NOTHING_IS_KEPT)) {
            server.admin().get("/v1/vaults/" + vault).expect(200);
            Await.until(
                    "all but the last entry are deleted",
                    () -> server.admin()
                                    .get("/v1/vaults/" + vault)
                                    .json()
                                    .path("min_retained_seq")
                                    .asLong()
                            == 9);
        }

        try (TestServer server = start(NOTHING_IS_KEPT)) {
            ApiClient api = device(server);
            JsonNode status = api.get("/v1/vaults/" + vault).expect(200).json();
            assertThat(status.path("head_seq").asLong()).isEqualTo(9);
            assertThat(status.path("items").asLong()).isEqualTo(9);
            assertThat(api.log(vault, cursors.get(3), 10).code()).isEqualTo("log_truncated");
            assertThat(api.log(vault, cursors.get(3), 10).status()).isEqualTo(410);
            Cursor elsewhere = new Cursor(1, 3, Chain.START);
            assertThat(api.log(vault, elsewhere, 10).code()).isEqualTo("log_diverged");
            assertThat(api.mutate(vault, elsewhere, ++requestNo, ApiClient.createFolder("lost"))
                            .code())
                    .isEqualTo("log_diverged");
            api.mutate(vault, cursors.get(3), ++requestNo, ApiClient.createFolder("first"))
                    .expect(200);
            assertThat(Json.readLogPage(
                                    api.log(vault, cursors.get(8), 10)
                                            .expect(200)
                                            .bytes(),
                                    cursors.get(8))
                            .entries())
                    .hasSize(1);
            assertThat(accepted(api, first).path("seq").asLong()).isEqualTo(1);
            assertThat(accepted(api, ApiClient.createFolder("it goes on"))
                            .path("seq")
                            .asLong())
                    .isEqualTo(10);
        }
    }

    /** More entries follow than a vault remembers the ops of. */
    @Test
    void anOpThatMemoryHasForgottenTakesNoSecondEffect() throws Exception {
        Op.CreateFolder first = ApiClient.createFolder("first");
        Cursor head;
        try (TestServer server = start(Map.of())) {
            ApiClient api = register(server);
            accepted(api, first);
            head = api.head(vault);
        }
        try (Database rows = Database.open(database)) {
            List<ChainedEntry> more = new ArrayList<>();
            for (long seq = 2; seq <= VaultState.OPS_KEPT + 2; seq++) {
                more.add(JournalRows.file(
                        more.isEmpty() ? head.chain() : more.getLast().entry().chain(), seq, "f" + seq));
            }
            JournalRows.insert(rows, vault, more);
            new JournalHead(rows, new LogTails()).catchUp(vault);

            try (TestServer server = start(Map.of())) {
                ApiClient api = device(server);
                assertThat(accepted(api, first).path("seq").asLong()).isEqualTo(1);
                Op another = new Op.CreateFolder(
                        first.opId(), first.itemId(), List.of(), ItemId.ROOT, "another", first.mode(), first.mtimeNs());
                assertThat(rejected(api, another)).isEqualTo("op_id_reused");
                assertThat(api.get("/v1/vaults/" + vault)
                                .json()
                                .path("head_seq")
                                .asLong())
                        .isEqualTo(VaultState.OPS_KEPT + 2);

                rows.run(statements -> statements.update("UPDATE log_index SET op_id = NULL WHERE seq = 1"));
                assertThat(rejected(api, first))
                        .as("it was the index that knew")
                        .isEqualTo("item_exists");
            }
        }
    }

    private String rejected(ApiClient api, Op op) {
        JsonNode result = api.mutate(vault, Cursor.START, ++requestNo, op)
                .expect(200)
                .json()
                .path("results")
                .get(0);
        return result.path("code").asText();
    }

    @Test
    void aJournalWithAGapIsNoShorterHistory() throws Exception {
        try (TestServer server = start(Map.of())) {
            ApiClient api = register(server);
            for (int i = 0; i < 5; i++) {
                accepted(api, ApiClient.createFolder("folder " + i));
            }
        }
        try (Database rows = Database.open(database)) {
            rows.run(statements -> statements.update("DELETE FROM event_journal WHERE sequence_number = 3"));
        }

        try (TestServer server = start(Map.of())) {
            ApiClient api = device(server);
            assertThat(api.mutate(vault, Cursor.START, ++requestNo, ApiClient.createFolder("over the gap"))
                            .code())
                    .isEqualTo("unavailable");
            VaultId other = server.admin().vaultFor("other");
            assertThat(server.admin().get("/v1/vaults").expect(200).json().findValuesAsText("vault_id"))
                    .as("the others are not hidden by it")
                    .contains(vault.toString(), other.toString());
            assertThat(api.get("/v1/vaults")
                            .expect(200)
                            .json()
                            .at("/vaults/0/head_seq")
                            .asLong())
                    .isEqualTo(5);
        }
    }
}
