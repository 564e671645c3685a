package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API refuses: each time a problem document with its code, and nothing changed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RefusalsIT {

    private static final int MAX_FILE_BYTES = 2_000_000;

    private TestServer server;
    private ApiClient admin;
    private Device owner;
    private Device stranger;
    private VaultId vault;
    private VaultId foreign;
    private String path;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data, TestPostgres.newDatabase(), Map.of("max-file-bytes", MAX_FILE_BYTES));
        admin = server.admin();
        owner = server.anyone().register("owner");
        stranger = server.anyone().register("stranger");
        vault = admin.vaultFor("owned", owner);
        foreign = admin.vaultFor("foreign", stranger);
        path = "/v1/vaults/" + vault;
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static void refused(Response response, int status, String code) {
        assertThat(response.code()).isEqualTo(code);
        assertThat(response.status()).isEqualTo(status);
    }

    private long headSeq() {
        return owner.api().get(path).expect(200).json().path("head_seq").asLong();
    }

    @Test
    void aWrongTokenOrNone() {
        String token = owner.api().token();
        String tampered = token.substring(0, token.length() - 2) + (token.endsWith("AA") ? "BB" : "AA");

        refused(server.anyone().get(path), 401, "unauthorized");
        refused(owner.api().as(tampered).get(path), 401, "unauthorized");
        refused(owner.api().as("tsdev_" + owner.id() + "_").get(path), 401, "unauthorized");
        refused(owner.api().as("nonsense").get("/v1/vaults"), 401, "unauthorized");
        refused(server.anyone().get("/v1/devices"), 401, "unauthorized");
        assertThat(server.anyone().get(path).header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void managementByADevice() {
        refused(owner.api().get("/v1/devices"), 403, "forbidden");
        refused(owner.api().post("/v1/groups", Map.of("name", "mine")), 403, "forbidden");
        refused(owner.api().post("/v1/vaults", Map.of("name", "mine")), 403, "forbidden");
        refused(owner.api().get("/v1/devices/" + stranger.id()), 403, "forbidden");
        refused(owner.api().delete("/v1/devices/" + stranger.id()), 403, "forbidden");
        stranger.api().get(path.replace(vault.toString(), foreign.toString())).expect(200);
    }

    @Test
    void contentsForTheAdministrator() {
        refused(admin.get(path + "/log"), 403, "forbidden");
        refused(admin.get(path + "/snapshot"), 403, "forbidden");
        refused(admin.mutate(vault, Cursor.START, 1, ApiClient.createFolder("f")), 403, "forbidden");
    }

    @Test
    void aVaultWithoutAGrantLooksLikeNone() {
        String none = "/v1/vaults/01a2b3c4-0000-7000-8000-000000000000";
        for (String tail : new String[] {"", "/log", "/snapshot", "/blobs/" + Sha256.hash(new byte[1])}) {
            Response unreached = stranger.api().get(path + tail);
            refused(unreached, 404, "not_found");
            assertThat(stranger.api().get(none + tail).text()).isEqualTo(unreached.text());
        }
        refused(stranger.api().mutate(vault, Cursor.START, 1, ApiClient.createFolder("f")), 404, "not_found");
        refused(stranger.api().putBlob(vault, Sha256.hash(new byte[1]), new byte[1]), 404, "not_found");
    }

    @Test
    void aForeignVaultsBlob() {
        byte[] bytes = bytes(1, 1000);
        Sha256 blob = Sha256.hash(bytes);
        Device friend = server.anyone().register("friend");
        VaultId theirs = admin.vaultFor("theirs", stranger, friend);
        stranger.api().putBlob(theirs, blob, bytes).expect(204);
        stranger.api()
                .mutate(theirs, Cursor.START, 1, ApiClient.createFile("secret", bytes))
                .expect(200);
        friend.api().get(ApiClient.blobPath(theirs, blob)).expect(200);

        refused(owner.api().get(ApiClient.blobPath(vault, blob)), 404, "not_found");
        refused(owner.api().get(ApiClient.blobPath(vault, blob) + "/leaves"), 404, "not_found");
        Response named = owner.api()
                .mutate(vault, owner.api().head(vault), nextRequestNo(), ApiClient.createFile("stolen", bytes))
                .expect(200);
        assertThat(named.json().path("results").get(0).path("code").asText()).isEqualTo("blob_missing");
    }

    @Test
    void aBlobThatAnotherDeviceUploadedButNobodyNamed() {
        Device other = server.anyone().register("other");
        VaultId common = admin.vaultFor("common", owner, other);
        byte[] bytes = bytes(2, 1000);
        Sha256 blob = Sha256.hash(bytes);
        owner.api().putBlob(common, blob, bytes).expect(204);

        owner.api().get(ApiClient.blobPath(common, blob)).expect(200);
        refused(other.api().get(ApiClient.blobPath(common, blob)), 404, "not_found");
    }

    @Test
    void bytesThatDoNotMatchTheirHash() {
        Sha256 blob = Sha256.hash(bytes(3, 1000));

        refused(owner.api().putBlob(vault, blob, bytes(4, 1000)), 422, "hash_mismatch");

        refused(owner.api().get(ApiClient.blobPath(vault, blob)), 404, "not_found");
    }

    @Test
    void aBlobOverTheLimitWhetherItsLengthIsSaidOrNot() {
        byte[] bytes = bytes(5, MAX_FILE_BYTES + 1);
        Sha256 blob = Sha256.hash(bytes);
        String blobPath = ApiClient.blobPath(vault, blob);

        refused(owner.api().putBlob(vault, blob, bytes), 413, "too_large");
        HttpRequest chunked = owner.api()
                .request(blobPath)
                .PUT(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(bytes)))
                .build();
        refused(owner.api().send(chunked), 413, "too_large");
        HttpRequest expecting = owner.api()
                .request(blobPath)
                .expectContinue(true)
                .PUT(BodyPublishers.ofByteArray(bytes))
                .build();
        refused(owner.api().send(expecting), 413, "too_large");

        refused(owner.api().get(blobPath), 404, "not_found");
    }

    @Test
    void aBlobWhoseSenderGoesAwayHalfWay() throws Exception {
        byte[] bytes = bytes(6, 100_000);
        Sha256 blob = Sha256.hash(bytes);
        URI uri = URI.create(server.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String head = "PUT " + ApiClient.blobPath(vault, blob) + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + owner.api().token() + "\r\nContent-Length: 100000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes, 0, 50_000);
            socket.getOutputStream().flush();
        }

        refused(owner.api().get(ApiClient.blobPath(vault, blob)), 404, "not_found");
        owner.api().putBlob(vault, blob, bytes).expect(204);
    }

    @Test
    void namesThatNoItemMayHave() {
        long before = headSeq();
        for (String name : new String[] {"a/b", "a\0b", "n".repeat(300), "", ".", "..", "é".repeat(128), "con", "x."}) {
            Response response = owner.api()
                    .mutate(vault, owner.api().head(vault), nextRequestNo(), ApiClient.createFolder(name))
                    .expect(200);
            assertThat(response.json().path("results").get(0).path("code").asText())
                    .as("'%s'", name)
                    .isEqualTo("invalid_name");
        }
        assertThat(headSeq()).isEqualTo(before);
    }

    private long requestNo = 2000;

    private long nextRequestNo() {
        return ++requestNo;
    }

    @Test
    void aBodyOverTheLimit() {
        byte[] large = ("{\"display_name\":\"" + "x".repeat(9 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);

        refused(owner.api().post(path + "/mutations", large), 413, "too_large");
        refused(server.anyone().post("/v1/devices", large), 413, "too_large");
        HttpRequest chunked = owner.api()
                .request(path + "/mutations")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                .build();
        refused(owner.api().send(chunked), 413, "too_large");
    }

    /** The kernel resets a connection that is closed with bytes in it that nobody read, and with it goes the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 41943040", "Transfer-Encoding: chunked"})
    void whoSendsTheWholeBodyBeforeItReadsSeesWhyItWasRefused(String framing) throws Exception {
        byte[] chunk = new byte[1 << 20];
        boolean chunked = framing.endsWith("chunked");
        URI uri = URI.create(server.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii("POST " + path + "/mutations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + owner.api().token() + "\r\n" + framing + "\r\n\r\n"));
            for (int i = 0; i < 40; i++) {
                out.write(chunked ? ascii("100000\r\n") : new byte[0]);
                out.write(chunk);
                out.write(chunked ? ascii("\r\n") : new byte[0]);
            }
            out.write(chunked ? ascii("0\r\n\r\n") : new byte[0]);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).startsWith("HTTP/1.1 413 ");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"cursor\":1}",
                "{\"cursor\":{\"epoch\":1,\"seq\":0,\"chain\":\"00\"},\"request_no\":1,\"ops\":[]}",
                "{\"request_no\":1,\"request_no\":2}",
                "\u0000\u0001"
            })
    void brokenJson(String body) {
        long before = headSeq();

        refused(owner.api().post(path + "/mutations", body.getBytes(StandardCharsets.UTF_8)), 400, "bad_request");

        assertThat(headSeq()).isEqualTo(before);
    }

    /** One such op would be the last that PostgreSQL could index of its vault. */
    @Test
    void aNulInWhatIsKeptWithoutBeingUnderstood() {
        Map<String, Object> op = Map.of(
                "op_id", "01a2b3c4-0000-7000-8000-000000000001",
                "kind", "create_file",
                "item_id", "01a2b3c4-0000-7000-8000-000000000002",
                "parent_item_id", ItemId.ROOT,
                "name", "nul",
                "content", Map.of("sha256", Sha256.hash(new byte[1]), "size", 1, "more", List.of(Map.of("a\0b", 1))),
                "mode", 420,
                "mtime", "0");
        Map<String, Object> request = Map.of("cursor", Cursor.START, "request_no", nextRequestNo(), "ops", List.of(op));

        refused(owner.api().post(path + "/mutations", request), 400, "bad_request");
    }

    @Test
    void moreOpsThanABatchMayHave() {
        Op[] ops = new Op[257];
        java.util.Arrays.setAll(ops, i -> ApiClient.createFolder("f" + i));
        String body = "{\"cursor\":{\"epoch\":1,\"seq\":0,\"chain\":\"" + Chain.START + "\"},\"request_no\":1,\"ops\":"
                + new String(io.tinysync.engine.protocol.Json.write(ops), StandardCharsets.UTF_8) + "}";

        refused(owner.api().post(path + "/mutations", body.getBytes(StandardCharsets.UTF_8)), 400, "bad_request");
    }

    @ParameterizedTest
    @CsvSource({
        "/log?limit=0, 400, bad_request",
        "/log?limit=1001, 400, bad_request",
        "/log?limit=many, 400, bad_request",
        "/log?after=7, 400, bad_request",
        "/log?after=1.0.zz, 400, bad_request",
        "/blobs/abc, 400, bad_request",
        "/nowhere, 404, not_found",
        "/log/, 404, not_found"
    })
    void parametersThatAreNotOfTheirForm(String tail, int status, String code) {
        refused(owner.api().get(path + tail), status, code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=%zz", "limit=%", "limit=%ff%fe", "after=1.0.["})
    void aQueryThatIsNone(String query) throws Exception {
        URI uri = URI.create(server.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String head = "GET " + path + "/log?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + "Authorization: Bearer " + owner.api().token() + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "\"code\":\"bad_request\"");
        }
    }

    @Test
    void pathsAndMethodsThatDoNotExist() {
        refused(server.anyone().get("/"), 404, "not_found");
        refused(server.anyone().get("/v1/nothing"), 404, "not_found");
        refused(owner.api().get("/v1/vaults/not-a-vault"), 400, "bad_request");
        refused(owner.api().delete(path + "/log"), 405, "method_not_allowed");
        refused(owner.api().get("/v1/wake"), 400, "bad_request");
    }

    /** HTTP/1.0 has no chunks, and Pekko has no request for them. */
    @Test
    void chunksInAVersionOfHttpThatHasNone() throws Exception {
        URI uri = URI.create(server.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream()
                    .write(ascii("POST " + path + "/mutations HTTP/1.0\r\nAuthorization: Bearer "
                            + owner.api().token() + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "\"code\":\"bad_request\"");
        }
    }

    @Test
    void whatIsNotEvenHttp() throws Exception {
        URI uri = URI.create(server.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write("GET / HTTP/9.9\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1")
                    .contains("application/problem+json", "\"code\":\"bad_request\"");
        }
    }

    @Test
    void anotherVersionOfTheProtocol() {
        HttpRequest request =
                owner.api().request(path).header("TinySync-Protocol", "2").build();

        refused(owner.api().send(request), 400, "unsupported_protocol");
        owner.api()
                .send(owner.api().request(path).header("TinySync-Protocol", "1").build())
                .expect(200);
    }

    @Test
    void aRangeOutsideTheBlob() {
        byte[] bytes = bytes(7, 10);
        Sha256 blob = Sha256.hash(bytes);
        owner.api().putBlob(vault, blob, bytes).expect(204);
        HttpRequest.Builder request = owner.api().request(ApiClient.blobPath(vault, blob));

        refused(owner.api().send(request.header("Range", "bytes=10-").build()), 416, "range_not_satisfiable");
    }

    @Test
    void aCursorOfAnotherHistory() {
        VaultId fresh = admin.vaultFor("diverged", owner);
        owner.api()
                .mutate(fresh, Cursor.START, 1, ApiClient.createFolder("a"), ApiClient.createFolder("b"))
                .expect(200);
        Cursor wrongChain = new Cursor(1, 1, new Chain(7, 7));
        Cursor aboveHead = new Cursor(1, 3, owner.api().head(fresh).chain());
        Cursor wrongStart = new Cursor(1, 0, new Chain(7, 7));

        for (Cursor cursor : new Cursor[] {wrongChain, aboveHead, wrongStart}) {
            refused(owner.api().log(fresh, cursor, 10), 409, "log_diverged");
            refused(owner.api().mutate(fresh, cursor, 2, ApiClient.createFolder("c")), 409, "log_diverged");
        }
    }

    @Test
    void aRequestNumberThatWasUsedBefore() {
        VaultId fresh = admin.vaultFor("rewound", owner);
        owner.api().mutate(fresh, Cursor.START, 7, ApiClient.createFolder("a")).expect(200);

        Response response = owner.api().mutate(fresh, Cursor.START, 7, ApiClient.createFolder("b"));

        refused(response, 409, "device_rewound");
        assertThat(response.json().path("highest_request_no").asLong()).isEqualTo(7);
    }

    @Test
    void aNameThatIsTaken() {
        refused(admin.post("/v1/vaults", Map.of("name", "owned")), 409, "already_exists");
        refused(admin.post("/v1/groups", Map.of("name", "owned")), 409, "already_exists");
        refused(admin.post("/v1/vaults", Map.of("name", "")), 400, "bad_request");
    }

    @Test
    void grantsOfWhatIsNotThere() {
        String nobody = "01a2b3c4-0000-7000-8000-000000000000";
        refused(admin.put("/v1/groups/" + nobody + "/vaults/" + vault), 404, "not_found");
        refused(admin.delete("/v1/groups/" + nobody), 404, "not_found");
        refused(admin.delete("/v1/devices/" + nobody), 404, "not_found");
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
