package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API that a server serves is that of this server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiIT {

    private static final byte[] BYTES = {1, 2, 3};

    private TestServer server;
    private OpenApiDocument document;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        Response served = server.anyone().get("/v1/openapi.yaml").expect(200);
        assertThat(served.header("Content-Type")).startsWith("application/yaml");
        document = new OpenApiDocument(served.text());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void everyRouteIsInTheDocumentAndEveryOperationIsARoute() {
        assertThat(document.operations()).containsExactlyInAnyOrderElementsOf(server.operations());
    }

    @Test
    void answersAreOfTheirSchemas() {
        ApiClient admin = server.admin();
        Response registered = admin.post("/v1/devices", new Management.RegisterDevice("new"));
        check("post", "/v1/devices", registered.expect(201));
        Device device = admin.register("device");
        VaultId vault = admin.vaultFor("vault", device);
        Sha256 id = Sha256.hash(BYTES);
        String blob = ApiClient.blobPath(vault, id);
        device.api().putBlob(vault, id, BYTES).expect(204);

        check("post", "/v1/pairings", device.api().post("/v1/pairings", Map.of()));
        check("post", "/v1/vaults", admin.post("/v1/vaults", new Management.CreateVault("other", null)));
        check("post", "/v1/groups", admin.post("/v1/groups", new Management.CreateGroup("other")));
        check(
                "post",
                "/v1/vaults/{vault_id}/mutations",
                device.api().mutate(vault, Cursor.START, 1, ApiClient.createFile("named", BYTES)));
        check("get", "/v1/vaults/{vault_id}/log", device.api().log(vault, Cursor.START, 10));
        check("get", "/v1/vaults/{vault_id}", device.api().get("/v1/vaults/" + vault));
        check("get", "/v1/vaults/{vault_id}/blobs/{sha256}/leaves", device.api().get(blob + "/leaves"));
        check("get", "/v1/vaults/{vault_id}/blobs/{sha256}/upload", device.api().get(blob + "/upload"));
        check("post", "/v1/vaults/{vault_id}/blobs", device.api().postBlobs(vault, BYTES, new byte[0]));
        check("get", "/v1/devices/{device_id}", device.api().get("/v1/devices/" + device.id()));
        String links = "/v1/vaults/" + vault + "/links";
        String item = device.api()
                .log(vault, Cursor.START, 1)
                .json()
                .at("/entries/0/item/item_id")
                .asText();
        check("post", "/v1/vaults/{vault_id}/links", device.api().post(links, Map.of("item_id", item)));
        check("get", "/v1/vaults/{vault_id}/links", device.api().get(links));
        for (String path : new String[] {"devices", "groups", "vaults", "projections", "audit", "gc", "verify"}) {
            check("get", "/v1/" + path, admin.get("/v1/" + path));
        }
        check("post", "/v1/gc", admin.post("/v1/gc", Map.of("dry_run", true)));
        check("post", "/v1/verify", admin.post("/v1/verify", Map.of()));
        assertThat(document.faults(
                        "Problem", device.api().get("/v1/groups").expect(403).text()))
                .isEmpty();
    }

    private void check(String method, String path, Response answer) {
        assertThat(document.faults(method, path, answer.status(), answer.text()))
                .as("%s %s: %s", method, path, answer.text())
                .isEmpty();
    }
}
