package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a node remembers of devices' access spares queries, and gives nobody what was taken away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RememberedAccessIT {

    /** Counts each time that a connection to PostgreSQL was used. */
    private static final String QUERIES = "hikaricp_connections_usage_seconds_count{pool=\"tinysync\"}";

    private static final String LOOKED_UP = "tinysync_access_total{source=\"postgres\"}";
    private static final String REMEMBERED = "tinysync_access_total{source=\"memory\"}";

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Device member(String name) {
        Device device = server.anyone().register(name);
        server.admin().vaultFor(name, device);
        return device;
    }

    @Test
    void requests_in_a_row_cost_one_query_for_all_and_any_other_token_is_refused() {
        Device device = server.anyone().register("busy");
        VaultId vault = server.admin().vaultFor("busy", device);
        device.api().log(vault, Cursor.START, 10).expect(200);
        device.api()
                .mutate(vault, Cursor.START, 1, ApiClient.createFolder("folder"))
                .expect(200);
        double remembered = server.metric(REMEMBERED);
        double queries = server.metric(QUERIES);

        for (int i = 0; i < 100; i++) {
            device.api().log(vault, Cursor.START, 10).expect(200);
        }

        assertThat(server.metric(REMEMBERED) - remembered).isPositive();
        assertThat(server.metric(QUERIES) - queries).as("each some seconds").isLessThan(50);
        String token = device.api().token();
        String other = token.substring(0, token.length() - 2) + (token.endsWith("AA") ? "BA" : "AA");
        assertThat(server.anyone().as(other).log(vault, Cursor.START, 10).code())
                .isEqualTo("unauthorized");
        VaultId foreign = server.admin().vaultFor("foreign");
        assertThat(device.api().log(foreign, Cursor.START, 10).code()).isEqualTo("not_found");
    }

    @Test
    void what_was_not_allowed_a_moment_ago_is_allowed_once_it_is_granted() {
        Device device = server.anyone().register("later");
        VaultId vault = server.admin().vaultFor("later");
        device.api().log(vault, Cursor.START, 10).expect(404);
        String group = Groups.named(server.admin(), "later");
        server.admin().put("/v1/groups/" + group + "/devices/" + device.id()).expect(204);
        device.api().log(vault, Cursor.START, 10).expect(200);
    }

    /** Requests that never pause, so that the answer of one's query often comes after the revocation. */
    @Test
    void no_request_that_begins_after_the_answer_to_a_revocation_is_let_in() throws Exception {
        for (int round = 0; round < 20; round++) {
            Device device = member("revoked " + round);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger wrong = new AtomicInteger();
            AtomicInteger after = new AtomicInteger();
            CompletableFuture<?>[] askers = new CompletableFuture<?>[4];
            for (int i = 0; i < askers.length; i++) {
                askers[i] = CompletableFuture.runAsync(
                        () -> {
                            while (after.get() < 8) {
                                boolean revoked = over.get();
                                int status = device.api().get("/v1/vaults").status();
                                wrong.addAndGet(revoked && status != 401 ? 1 : 0);
                                after.addAndGet(revoked ? 1 : 0);
                            }
                        },
                        Thread.ofVirtual()::start);
            }
            server.admin().delete("/v1/devices/" + device.id()).expect(204);
            over.set(true);
            CompletableFuture.allOf(askers).join();
            assertThat(wrong).hasValue(0);
        }
        assertThat(server.metric(LOOKED_UP)).isPositive();
    }

    @Test
    void each_way_of_taking_a_vault_away_holds_for_the_next_request() {
        ApiClient admin = server.admin();
        Map<String, String> ways = Map.of(
                "out of the group", "/devices/%s",
                "vault withdrawn", "/vaults/%s",
                "group deleted", "");
        ways.forEach((name, path) -> {
            Device device = server.anyone().register(name);
            VaultId vault = admin.vaultFor(name, device);
            device.api().log(vault, Cursor.START, 10).expect(200);
            Object what = path.startsWith("/devices") ? device.id() : vault;
            admin.delete("/v1/groups/" + Groups.named(admin, name) + path.formatted(what))
                    .expect(204);
            assertThat(device.api().log(vault, Cursor.START, 10).status())
                    .as(name)
                    .isEqualTo(404);
        });
    }
}
