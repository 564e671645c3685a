package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.PairingCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that is in admits a new one by a code, and nobody else gets in by it. Registration is closed. */
final class PairingIT {

    private static final PairingCode NEVER_MADE = new PairingCode(1);

    private TestServer server;
    private Database database;
    private ApiClient admin;
    private Device laptop;
    private VaultId vault;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        DatabaseAddress address = TestPostgres.newDatabase();
        server = TestServer.start(data, address, Map.of("open-device-registration", false));
        database = Database.open(address);
        admin = server.admin();
        laptop = admin.register("laptop");
        vault = admin.vaultFor("vault", laptop);
    }

    @AfterEach
    void stop() {
        database.close();
        server.close();
    }

    private static PairingCode code(Device device) {
        Response made = device.api().post("/v1/pairings", Map.of()).expect(201);
        return PairingCode.parse(made.json().path("code").asText());
    }

    private Response join(PairingCode code) {
        return server.anyone().post("/v1/devices", new Management.RegisterDevice("phone", code));
    }

    private Device joined(PairingCode code) {
        JsonNode device = join(code).expect(201).json();
        return new Device(
                DeviceId.parse(device.path("device_id").asText()),
                admin.as(device.path("token").asText()));
    }

    private long devices() {
        return admin.get("/v1/devices").expect(200).json().path("devices").size();
    }

    private long count(String table) {
        return database.<Long>run(statements -> statements
                .first(row -> row.getLong(1), "SELECT count(*) FROM " + table)
                .orElseThrow());
    }

    private void sql(String statement) {
        database.run(statements -> statements.update(statement));
    }

    @Test
    void aNewDeviceJoinsTheGroupsOfTheOneThatMadeTheCodeAlthoughRegistrationIsClosed() {
        VaultId second = admin.vaultFor("second", laptop);
        VaultId foreign = admin.vaultFor("foreign");
        assertThat(server.anyone()
                        .post("/v1/devices", new Management.RegisterDevice("phone"))
                        .code())
                .isEqualTo("unauthorized");

        Device phone = joined(code(laptop));

        phone.api().get("/v1/vaults/" + vault).expect(200);
        phone.api().get("/v1/vaults/" + second).expect(200);
        assertThat(phone.api().get("/v1/vaults/" + foreign).code()).isEqualTo("not_found");
        assertThat(admin.get("/v1/devices/" + phone.id())
                        .json()
                        .path("display_name")
                        .asText())
                .isEqualTo("phone");
        assertThat(joined(code(phone)).api().get("/v1/vaults/" + vault).status())
                .as("of a device that was admitted by the new one")
                .isEqualTo(200);
    }

    @Test
    void theGroupsAreThoseOfTheMomentInWhichTheCodeIsUsed() {
        PairingCode code = code(laptop);
        VaultId later = admin.vaultFor("later", laptop);
        JsonNode groups = admin.get("/v1/groups").json().path("groups");
        String first = groups.get(0).path("group_id").asText();
        admin.delete("/v1/groups/" + first + "/devices/" + laptop.id()).expect(204);

        Device phone = joined(code);

        phone.api().get("/v1/vaults/" + later).expect(200);
        assertThat(phone.api().get("/v1/vaults/" + vault).code()).isEqualTo("not_found");
    }

    @Test
    void aCodeIsGoodOnceAndWhatIsNotGoodHasOneAnswer() {
        PairingCode used = code(laptop);
        join(used).expect(201);
        PairingCode expired = code(laptop);
        sql("UPDATE pairings SET expires_at = now()");
        long before = devices();

        Response wrong = join(NEVER_MADE);

        assertThat(wrong.code()).isEqualTo("forbidden");
        assertThat(join(used).text()).isEqualTo(wrong.text());
        assertThat(join(expired).text()).isEqualTo(wrong.text());
        assertThat(join(used).status()).isEqualTo(wrong.status());
        assertThat(join(expired).status()).isEqualTo(wrong.status());
        assertThat(devices()).isEqualTo(before);
        assertThat(server.metric("tinysync_pairings_total{outcome=\"joined\"}")).isEqualTo(1);
        assertThat(server.metric("tinysync_pairings_total{outcome=\"refused\"}"))
                .isEqualTo(5);
    }

    @Test
    void aCodeIsShortLivedAndIsNotKeptItself() {
        Response made = laptop.api().post("/v1/pairings", Map.of()).expect(201);

        Instant expires = Instant.parse(made.json().path("expires_at").asText());
        assertThat(Duration.between(Instant.now(), expires)).isBetween(Duration.ofMinutes(8), Duration.ofMinutes(12));
        String text = made.json().path("code").asText();
        String plain = text.replace("-", "");
        for (String table : List.of("pairings", "audit")) {
            List<String> rows = database.run(statements ->
                    statements.list(row -> row.getString(1), "SELECT row_to_json(t)::text FROM " + table + " t"));
            assertThat(rows)
                    .isNotEmpty()
                    .noneMatch(row -> row.contains(text) || row.contains(hex(text)) || row.contains(hex(plain)));
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void ofThoseWhoUseOneCodeAtOnceOneGetsIn() throws Exception {
        int roundsBelowTheLimitOfWrongCodes = 9;
        for (int round = 0; round < roundsBelowTheLimitOfWrongCodes; round++) {
            PairingCode code = code(laptop);
            long before = devices();

            List<Integer> answers = atOnce(2, () -> join(code).status());

            assertThat(answers).containsExactlyInAnyOrder(201, 403);
            assertThat(devices()).isEqualTo(before + 1);
        }
    }

    private static List<Integer> atOnce(int count, IntSupplier asking) throws Exception {
        CyclicBarrier together = new CyclicBarrier(count);
        Callable<Integer> task = () -> {
            together.await();
            return asking.getAsInt();
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            return threads.invokeAll(Collections.nCopies(count, task)).stream()
                    .map(Future::resultNow)
                    .toList();
        }
    }

    @Test
    void afterSomeWrongCodesTheAddressHasToWaitAlsoWithARightOne() throws Exception {
        PairingCode right = code(laptop);
        for (int i = 0; i < 9; i++) {
            assertThat(join(NEVER_MADE).status()).isEqualTo(403);
        }
        Device phone = joined(code(laptop));
        assertThat(join(NEVER_MADE).status()).isEqualTo(403);

        Response limited = join(right);

        assertThat(limited.code()).isEqualTo("too_many_requests");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(Integer.parseInt(limited.header("Retry-After"))).isBetween(60, 600);
        assertThat(server.metric("tinysync_pairings_total{outcome=\"limited\"}"))
                .isEqualTo(1);
        phone.api().get("/v1/vaults/" + vault).expect(200);
        admin.register("by the administrator");
        assertThat(count("pairings")).as("the right code is still good").isEqualTo(1);
    }

    @Test
    void wrongCodesAtOnceGainNothing() throws Exception {
        List<Integer> answers = atOnce(30, () -> join(NEVER_MADE).status());

        assertThat(answers).containsOnly(403, 429);
        assertThat(answers.stream().filter(status -> status == 403)).hasSize(10);
    }

    @Test
    void aDeviceHasTenOpenCodesAtMost() throws Exception {
        List<Integer> answers =
                atOnce(20, () -> laptop.api().post("/v1/pairings", Map.of()).status());

        assertThat(answers.stream().filter(status -> status == 201)).hasSize(10);
        Response more = laptop.api().post("/v1/pairings", Map.of()).expect(429);
        assertThat(more.code()).isEqualTo("too_many_requests");
        assertThat(Integer.parseInt(more.header("Retry-After"))).isBetween(60, 600);
        assertThat(count("pairings")).isEqualTo(10);
        sql("UPDATE pairings SET expires_at = now() WHERE ctid = (SELECT min(ctid) FROM pairings)");
        code(laptop);
        admin.register("other").api().post("/v1/pairings", Map.of()).expect(201);
    }

    @Test
    void aRevokedDevicesCodesAreVoid() {
        PairingCode code = code(laptop);
        admin.delete("/v1/devices/" + laptop.id()).expect(204);

        assertThat(join(code).code()).isEqualTo("forbidden");
        assertThat(laptop.api().post("/v1/pairings", Map.of()).code()).isEqualTo("unauthorized");
        assertThat(count("pairings")).isZero();
    }

    /** A node of the version before revokes without knowing of codes. */
    @Test
    void theyAreVoidAlsoWhereNobodyTookThemAway() {
        PairingCode code = code(laptop);
        sql("UPDATE devices SET revoked_at = now()");

        assertThat(join(code).code()).isEqualTo("forbidden");
    }

    @Test
    void onlyADeviceMakesCodesAndWhatIsNoCodeIsNoGuess() {
        assertThat(server.anyone().post("/v1/pairings", Map.of()).code()).isEqualTo("unauthorized");
        assertThat(admin.post("/v1/pairings", Map.of()).code()).isEqualTo("forbidden");
        for (int i = 0; i < 12; i++) {
            Response refused =
                    server.anyone().post("/v1/devices", Map.of("display_name", "phone", "pairing_code", "7K3QD-0VM9"));
            assertThat(refused.code()).isEqualTo("bad_request");
            assertThat(refused.text()).doesNotContain("7K3QD");
        }
        joined(code(laptop));
    }
}
