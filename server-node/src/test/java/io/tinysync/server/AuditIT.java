package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.PairingCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import io.tinysync.server.postgres.DatabaseException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who did what, when and from where. */
final class AuditIT {

    /** As {@code Audit} has it: nodes of all versions must agree on it. */
    private static final long ORDER_LOCK = 0x7453_6175_6469_7401L;

    @TempDir
    private Path data;

    private DatabaseAddress address;
    private Database database;
    private TestServer server;
    private ApiClient admin;

    @BeforeEach
    void start() throws Exception {
        address = TestPostgres.newDatabase();
        database = Database.open(address);
        server = TestServer.start(data, address, Map.of());
        admin = server.admin();
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    private List<JsonNode> audit(String query) {
        JsonNode entries = admin.get("/v1/audit" + query).expect(200).json().path("entries");
        return StreamSupport.stream(entries.spliterator(), false).toList();
    }

    /** What an entry says in one line; left out are its number, time and address. */
    private static String line(JsonNode entry) {
        List<String> words = new ArrayList<>();
        for (String member : List.of(
                "actor",
                "actor_device_id",
                "action",
                "device_id",
                "group_id",
                "vault_id",
                "link_id",
                "item_id",
                "name")) {
            if (entry.has(member)) {
                words.add(entry.path(member).asText());
            }
        }
        return String.join(" ", words);
    }

    @Test
    void everyChangeToDevicesGroupsGrantsAndVaultsIsNotedWithWhoAndWhat() {
        Device laptop = server.anyone().register("laptop");
        Device desktop = admin.register("desktop");
        VaultId vault = admin.vaultFor("photos", laptop);
        String group = admin.get("/v1/groups")
                .json()
                .path("groups")
                .get(0)
                .path("group_id")
                .asText();
        PairingCode code = PairingCode.parse(laptop.api()
                .post("/v1/pairings", Map.of())
                .expect(201)
                .json()
                .path("code")
                .asText());
        String phone = server.anyone()
                .post("/v1/devices", new Management.RegisterDevice("phone", code))
                .expect(201)
                .json()
                .path("device_id")
                .asText();
        admin.delete("/v1/groups/" + group + "/devices/" + phone).expect(204);
        admin.delete("/v1/groups/" + group + "/vaults/" + vault).expect(204);
        admin.delete("/v1/groups/" + group).expect(204);
        laptop.api().delete("/v1/devices/" + laptop.id()).expect(204);
        admin.delete("/v1/devices/" + desktop.id()).expect(204);

        assertThat(audit("?after=0").stream().map(AuditIT::line))
                .containsExactly(
                        "anonymous device_registered " + laptop.id() + " laptop",
                        "admin device_registered " + desktop.id() + " desktop",
                        "admin vault_created " + vault + " photos",
                        "admin group_created " + group + " photos",
                        "admin vault_granted_to_group " + group + " " + vault,
                        "admin device_added_to_group " + laptop.id() + " " + group,
                        "device " + laptop.id() + " pairing_created",
                        "device " + laptop.id() + " device_paired " + phone + " phone",
                        "admin device_removed_from_group " + phone + " " + group,
                        "admin vault_withdrawn_from_group " + group + " " + vault,
                        "admin group_deleted " + group,
                        "device " + laptop.id() + " device_revoked " + laptop.id(),
                        "admin device_revoked " + desktop.id());
        for (JsonNode entry : audit("?after=0")) {
            assertThat(entry.path("address").asText()).isEqualTo("127.0.0.1");
            assertThat(Duration.between(Instant.parse(entry.path("at").asText()), Instant.now()))
                    .isLessThan(Duration.ofMinutes(5));
        }
    }

    @Test
    void linksAreNotedWithWhoMadeAndWhoRevokedThem() {
        SharingVault vault = new SharingVault(server, "shared");
        ItemId file = vault.file(ItemId.ROOT, "a private name", "text");
        SharingVault.Link own = vault.link(file);
        SharingVault.Link other = vault.link(file);
        vault.device().api().delete(vault.links() + "/" + own.id()).expect(204);
        admin.delete(vault.links() + "/" + other.id()).expect(204);
        admin.delete(vault.links() + "/" + other.id()).expect(404);

        String links = vault.links();
        String id = links.substring("/v1/vaults/".length(), links.lastIndexOf('/'));
        String device = "device " + vault.device().id();
        assertThat(audit("").stream().map(AuditIT::line).filter(line -> line.contains(" link_")))
                .containsExactly(
                        device + " link_created " + id + " " + own.id(),
                        device + " link_created " + id + " " + other.id(),
                        device + " link_revoked " + id + " " + own.id(),
                        "admin link_revoked " + id + " " + other.id());
        assertThat(audit("").toString()).doesNotContain("a private name").doesNotContain(own.path());
    }

    @Test
    void restoresAreNotedWithWhoAskedForWhichItemAndFromWhere() {
        SharingVault vault = new SharingVault(server, "restored");
        ItemId file = vault.file(ItemId.ROOT, "\"kind\":\"restore\"", "text");
        vault.delete(file);
        ItemId folder = vault.folder(ItemId.ROOT, "a private name");
        vault.delete(folder);
        vault.restore(folder);
        vault.restore(file);
        vault.rejected(ApiClient.restore(file));

        String device = "device " + vault.device().id() + " item_restored " + vault.id() + " ";
        List<JsonNode> restores = audit("").stream()
                .filter(entry -> entry.path("action").asText().equals("item_restored"))
                .toList();
        assertThat(restores.stream().map(AuditIT::line)).containsExactly(device + folder, device + file);
        assertThat(restores)
                .allSatisfy(entry -> assertThat(entry.path("address").asText()).isEqualTo("127.0.0.1"));
        assertThat(audit("").toString()).doesNotContain("a private name");
    }

    /** As on a network on which the answer was lost: the same op comes again. */
    @Test
    void aRestoreThatIsRepeatedIsNotedOnce() {
        SharingVault vault = new SharingVault(server, "restored");
        ItemId folder = vault.folder(ItemId.ROOT, "folder");
        vault.delete(folder);
        Op restore = ApiClient.restore(folder);
        vault.accepted(restore);
        vault.accepted(restore);

        assertThat(audit("").stream().filter(entry -> entry.has("item_id"))).hasSize(1);
    }

    @Test
    void aRestoreThatCannotBeNotedIsNotMade() throws Exception {
        SharingVault vault = new SharingVault(server, "restored");
        ItemId folder = vault.folder(ItemId.ROOT, "folder");
        vault.delete(folder);
        long head = vault.headSeq();
        sql("ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (false) NOT VALID");

        Op restore = ApiClient.restore(folder);
        assertThat(vault.submitted(restore).status()).isEqualTo(503);
        assertThat(vault.headSeq()).isEqualTo(head);

        sql("ALTER TABLE audit DROP CONSTRAINT full_disk");
        Await.until("the vault is back", () -> vault.submitted(restore).status() == 200);
        assertThat(vault.headSeq()).isEqualTo(head + 1);
        assertThat(audit("").stream().filter(entry -> entry.has("item_id"))).hasSize(1);
    }

    @Test
    void aHeaderOfNodesMakesNoDeviceComeFromElsewhere() {
        SharingVault vault = new SharingVault(server, "restored");
        ItemId folder = vault.folder(ItemId.ROOT, "folder");
        vault.delete(folder);
        vault.submitted(
                        ApiClient.restore(folder),
                        "TinySync-Forwarded-By",
                        "node-2",
                        "TinySync-Forwarded-For",
                        "203.0.113.9 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
                .expect(200);

        assertThat(audit("").getLast().path("address").asText()).isEqualTo("127.0.0.1");
    }

    @Test
    void aHeaderMakesNobodyComeFromElsewhere() {
        server.anyone()
                .send(server.anyone()
                        .request("/v1/devices")
                        .header("X-Forwarded-For", "203.0.113.9")
                        .header("Forwarded", "for=203.0.113.9")
                        .POST(BodyPublishers.ofString("{\"display_name\":\"laptop\"}"))
                        .build())
                .expect(201);

        assertThat(audit("").getLast().path("address").asText()).isEqualTo("127.0.0.1");
    }

    @Test
    void whatChangesNothingOrFailsIsNotNoted() {
        Device laptop = admin.register("laptop");
        VaultId vault = admin.vaultFor("photos", laptop);
        String group = audit("?after=0").get(2).path("group_id").asText();
        int before = audit("").size();

        admin.put("/v1/groups/" + group + "/devices/" + laptop.id()).expect(204);
        admin.put("/v1/groups/" + group + "/vaults/" + vault).expect(204);
        admin.put("/v1/groups/" + group + "/devices/" + vault).expect(404);
        admin.post("/v1/groups", new Management.CreateGroup("photos")).expect(409);
        admin.post("/v1/vaults", new Management.CreateVault("photos", null)).expect(409);
        admin.delete("/v1/devices/" + vault).expect(404);
        server.anyone()
                .post("/v1/devices", new Management.RegisterDevice("phone", new PairingCode(1)))
                .expect(403);

        assertThat(audit("")).hasSize(before);
        admin.delete("/v1/devices/" + laptop.id()).expect(204);
        admin.delete("/v1/devices/" + laptop.id()).expect(204);
        assertThat(audit("")).hasSize(before + 1);
    }

    @Test
    void aChangeThatCannotBeNotedIsNotMade() {
        Device laptop = admin.register("laptop");
        sql("ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (false) NOT VALID");

        assertThat(admin.post("/v1/groups", new Management.CreateGroup("photos"))
                        .status())
                .isEqualTo(500);
        assertThat(admin.delete("/v1/devices/" + laptop.id()).status()).isEqualTo(500);
        assertThat(server.anyone()
                        .post("/v1/devices", new Management.RegisterDevice("phone"))
                        .status())
                .isEqualTo(500);

        assertThat(admin.get("/v1/groups").json().path("groups")).isEmpty();
        JsonNode devices = admin.get("/v1/devices").json().path("devices");
        assertThat(devices).hasSize(1);
        assertThat(devices.get(0).path("revoked").asBoolean()).isFalse();
    }

    /** As where a node stands still in the midst of a change. */
    @Test
    void whoCannotNoteForLongIsToRepeatAndHoldsUpNobodyElse() {
        Device laptop = admin.register("laptop");
        Database.Work<Integer> whileLocked = statements -> {
            var _ = statements.first(row -> true, "SELECT pg_advisory_xact_lock(?)", ORDER_LOCK);
            laptop.api().get("/v1/vaults").expect(200);
            return admin.post("/v1/groups", new Management.CreateGroup("photos"))
                    .status();
        };

        assertThat(database.transact(whileLocked)).isEqualTo(503);

        admin.post("/v1/groups", new Management.CreateGroup("photos")).expect(201);
    }

    private void sql(String statement) {
        database.run(statements -> statements.update(statement));
    }

    @Test
    void itIsReadInPagesByTheAdministratorAlone() {
        for (int i = 0; i < 7; i++) {
            admin.register("device " + i);
        }
        List<String> names = new ArrayList<>();
        long after = 0;
        for (List<JsonNode> page = audit("?after=0&limit=3");
                !page.isEmpty();
                page = audit("?after=" + after + "&limit=3")) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            page.forEach(entry -> names.add(entry.path("name").asText()));
            after = page.getLast().path("audit_id").asLong();
        }

        assertThat(names)
                .containsExactly("device 0", "device 1", "device 2", "device 3", "device 4", "device 5", "device 6");
        assertThat(audit("?limit=2").stream().map(entry -> entry.path("name").asText()))
                .containsExactly("device 5", "device 6");
        for (String query : List.of("?limit=0", "?limit=1001", "?limit=x", "?after=-1", "?after=x")) {
            assertThat(admin.get("/v1/audit" + query).code()).isEqualTo("bad_request");
        }
        assertThat(server.anyone().get("/v1/audit").code()).isEqualTo("unauthorized");
        assertThat(admin.register("device").api().get("/v1/audit").code()).isEqualTo("forbidden");
    }

    /** Whoever asks for what comes after the last entry seen would otherwise miss one that was committed late. */
    @Test
    void whoFollowsItWhileManyChangesAreMadeMissesNone() {
        int changes = 200;
        List<Long> followed = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < changes; i++) {
                String name = "device " + i;
                threads.execute(() -> server.anyone().register(name));
            }
            long after = 0;
            while (followed.size() < changes && !threads.isTerminated()) {
                for (JsonNode entry : audit("?after=" + after + "&limit=1000")) {
                    after = entry.path("audit_id").asLong();
                    followed.add(after);
                }
                threads.shutdown();
            }
        }

        assertThat(audit("?after=" + (followed.isEmpty() ? 0 : followed.getLast()) + "&limit=1000"))
                .hasSize(changes - followed.size());
        assertThat(count("audit")).isEqualTo(changes);
    }

    private long count(String table) {
        return database.<Long>run(statements -> statements
                .first(row -> row.getLong(1), "SELECT count(*) FROM " + table)
                .orElseThrow());
    }

    @Test
    void anEntryIsNeverChanged() {
        admin.register("laptop");

        assertThatThrownBy(() -> sql("UPDATE audit SET actor = 'anonymous'"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("never changed");
    }

    @Test
    void itForgetsWhatIsOlderThanItsWindowAndExpiredCodesWithIt() throws Exception {
        Device laptop = admin.register("laptop");
        laptop.api().post("/v1/pairings", Map.of()).expect(201);
        sql("UPDATE pairings SET expires_at = now()");
        sql(
                "INSERT INTO audit (at, actor, address, action) "
                        + "SELECT now() - interval '41 days', 'admin', '192.0.2.1', 'group_created' FROM generate_series(1, 2500)");
        sql("INSERT INTO audit (at, actor, address, action) "
                + "VALUES (now() - interval '39 days', 'admin', '192.0.2.1', 'group_deleted')");
        server.close();
        server = TestServer.start(data, address, Map.of("audit-retention", "40d", "retention-interval", "50ms"));
        admin = server.admin();

        Await.until("the old entries are gone", () -> count("audit") == 3 && count("pairings") == 0);

        assertThat(audit("").stream().map(entry -> entry.path("action").asText()))
                .containsExactly("device_registered", "pairing_created", "group_deleted");
    }
}
