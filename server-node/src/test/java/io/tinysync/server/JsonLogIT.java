package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real server that gives all it has, as JSON and as text. Its secrets are in files. */
final class JsonLogIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] BYTES = {1, 2, 3};

    @TempDir
    private Path directory;

    @Test
    void everyLineIsAnObjectAndNoneHasASecret() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"))) {
            Set<String> secrets = new HashSet<>();
            List<String> lines = used(s3, "json", secrets);

            assertThat(lines).hasSizeGreaterThan(100);
            for (String line : lines) {
                JsonNode object = JSON.readTree(line);
                assertThat(object.path("timestamp").isNumber()).as(line).isTrue();
                assertThat(object.path("level").asText()).as(line).isNotEmpty();
                assertThat(object.path("loggerName").asText()).as(line).isNotEmpty();
                assertThat(object.has("formattedMessage")).as(line).isTrue();
                assertThat(object.path("context")
                                .path("properties")
                                .path("node")
                                .asText())
                        .as(line)
                        .startsWith("127.0.0.1:");
            }
            assertThat(lines).anyMatch(line -> line.contains("\"request_id\":\"the-request\""));
            assertNoSecret(lines, secrets);
        }
    }

    @Test
    void textIsForPeopleAndHasNoSecretEither() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"))) {
            Set<String> secrets = new HashSet<>();
            List<String> lines = used(s3, "text", secrets);

            assertThat(lines)
                    .anyMatch(line -> line.matches(
                            "\\d{4}-\\S+ INFO +i\\.t\\.\\S+ - GET /v1/vaults/x/log is refused as .+ \\[the-request]"));
            assertNoSecret(lines, secrets);
        }
    }

    @Test
    void aDatabaseThatRefusesTheLoginIsSaidWithoutThePassword() throws Exception {
        DatabaseAddress database = TestPostgres.newDatabase();
        String wrong = "not-the-password-of-the-database";
        Path url = Files.writeString(
                directory.resolve("url"), database.url().replace(":" + database.password() + "@", ":" + wrong + "@"));
        Path config = Files.writeString(
                directory.resolve("refused.conf"), "tinysync.server.database-url-file = \"" + url + "\"\n");

        ServerProcess.Refusal refusal = ServerProcess.startInVain(
                directory.resolve("data"), List.of("-DTINYSYNC_LOG_LEVEL=DEBUG"), "--config", config.toString());

        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.output())
                .contains("cannot use the database at", "password authentication failed")
                .doesNotContain(wrong);
    }

    private static void assertNoSecret(List<String> lines, Set<String> secrets) {
        assertThat(secrets).hasSize(7).allSatisfy(secret -> assertThat(secret).hasSizeGreaterThan(10));
        assertThat(lines).allSatisfy(line -> assertThat(secrets).noneMatch(secret -> line.contains(secret)));
    }

    /** What a server logs that does something of everything; what it may never say is added to the secrets. */
    private List<String> used(S3Server s3, String format, Set<String> secrets) throws Exception {
        DatabaseAddress database = TestPostgres.newDatabase();
        secrets.addAll(List.of(TestServer.ADMIN_TOKEN, S3Server.SECRET_KEY, database.password()));
        Path folder = Files.createDirectories(directory.resolve("secrets"));
        Path config = Files.writeString(directory.resolve(format + ".conf"), """
                tinysync.server {
                  log-format = %s
                  blob-store = "s3://%s"
                  database-url-file = "%s"
                  admin-token-file = "%s"
                  s3 { endpoint = "http://127.0.0.1:%d", access-key-file = "%s", secret-key-file = "%s" }
                }
                """.formatted(
                        format,
                        S3Server.BUCKET,
                        Files.writeString(folder.resolve("database"), database.url() + "\n"),
                        Files.writeString(folder.resolve("token"), TestServer.ADMIN_TOKEN),
                        s3.port(),
                        Files.writeString(folder.resolve("access"), S3Server.ACCESS_KEY + "\n"),
                        Files.writeString(folder.resolve("secret"), S3Server.SECRET_KEY + "\n")));
        List<String> debugging = List.of("-DTINYSYNC_LOG_LEVEL=DEBUG");
        try (ServerProcess server =
                ServerProcess.startWithoutToken(directory.resolve("data"), debugging, "--config", config.toString())) {
            Device device = server.anyone().register("device");
            secrets.add(device.api().token());
            secrets.add(device.api().token().split("_", 3)[2]);
            VaultId vault = server.admin().vaultFor("vault", device);
            Sha256 id = Sha256.hash(BYTES);
            device.api().putBlob(vault, id, BYTES).expect(204);
            device.api()
                    .mutate(vault, Cursor.START, 1, ApiClient.createFile("a", BYTES))
                    .expect(200);
            device.api().get(ApiClient.blobPath(vault, id)).expect(200);
            readByLink(server.anyone(), device, vault, secrets);
            try (WakeListener listener = WakeListener.connect(server.anyone().server(), device)) {
                listener.next();
            }
            server.anyone().as(device.api().token() + "x").get("/v1/vaults").expect(401);
            Response refused = device.api()
                    .send(device.api()
                            .request("/v1/vaults/x/log")
                            .header("X-Request-Id", "the-request")
                            .build());
            assertThat(refused.header("X-Request-Id")).isEqualTo("the-request");
            List<String> elsewhere = new ArrayList<>(server.commandLines());
            elsewhere.add(server.admin().get("/metrics").expect(200).text());
            elsewhere.add(server.anyone().get("/ready").expect(200).text());
            elsewhere.add(refused.text());
            assertNoSecret(elsewhere, secrets);
            server.terminate();
            return server.said().stream()
                    .filter(line -> !line.startsWith("ready "))
                    .toList();
        }
    }

    private static void readByLink(ApiClient anyone, Device device, VaultId vault, Set<String> secrets) {
        String item = device.api()
                .log(vault, Cursor.START, 1)
                .json()
                .at("/entries/0/item/item_id")
                .asText();
        String password = "the password of a link";
        String path = device.api()
                .post("/v1/vaults/" + vault + "/links", new CreateLink(ItemId.parse(item), null, password, null))
                .expect(201)
                .json()
                .path("path")
                .asText();
        secrets.addAll(List.of(password, path.substring("/p/".length())));
        anyone.get(path).expect(200);
        anyone.get(path + "/d/none").expect(404);
        anyone.get(path + "/nothing").expect(404);
        anyone.post(path, "password=the+password+of+a+link".getBytes(StandardCharsets.UTF_8))
                .expect(303);
    }
}
