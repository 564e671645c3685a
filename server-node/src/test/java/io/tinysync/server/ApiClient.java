package io.tinysync.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.ReadBlobs;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Calls a server as one caller, and holds each answer to the description of the API. */
final class ApiClient {

    static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http;
    private final String server;
    private final String token;

    ApiClient(String server, String token) {
        this(HTTP, server, token);
    }

    /** @param http what connects to the server, which it may trust in its own way */
    ApiClient(HttpClient http, String server, String token) {
        this.http = http;
        this.server = server;
        this.token = token;
    }

    /** A response with its whole body. */
    record Response(HttpResponse<byte[]> http) {

        int status() {
            return http.statusCode();
        }

        byte[] bytes() {
            return http.body();
        }

        JsonNode json() {
            try {
                return MAPPER.readTree(bytes());
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + text(), e);
            }
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        /** The text of a body that was compressed by gzip. */
        String unzippedText() {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes()))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new AssertionError("not compressed by gzip", e);
            }
        }

        String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }

        /** The problem's code; an error if this is no problem document. */
        String code() {
            if (!header("Content-Type").equals("application/problem+json")
                    || json().path("status").asInt() != status()) {
                throw new AssertionError("no problem document: " + status() + " " + text());
            }
            return json().path("code").asText();
        }

        Response expect(int expected) {
            if (status() != expected) {
                throw new AssertionError("expected " + expected + ", got " + status() + " " + text());
            }
            return this;
        }
    }

    /** A registered device and its client. */
    record Device(DeviceId id, ApiClient api) {}

    ApiClient as(String otherToken) {
        return new ApiClient(http, server, otherToken);
    }

    HttpClient http() {
        return http;
    }

    String server() {
        return server;
    }

    String token() {
        return token;
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(server + path)).timeout(Duration.ofSeconds(60));
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    Response send(HttpRequest request) {
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            AnswerCheck.check(answer);
            return new Response(answer);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Response get(String path) {
        return send(request(path).GET().build());
    }

    Response delete(String path) {
        return send(request(path).DELETE().build());
    }

    Response put(String path) {
        return put(path, BodyPublishers.noBody());
    }

    Response put(String path, BodyPublisher body) {
        return send(request(path).PUT(body).build());
    }

    Response post(String path, Object body) {
        return post(path, Json.write(body));
    }

    Response post(String path, byte[] body) {
        return post(path, "application/json", body);
    }

    Response post(String path, String contentType, byte[] body) {
        return send(request(path)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    Device register(String name) {
        JsonNode device = post("/v1/devices", new Management.RegisterDevice(name))
                .expect(201)
                .json();
        return new Device(
                DeviceId.parse(device.path("device_id").asText()),
                as(device.path("token").asText()));
    }

    /** Makes a vault and a group that has it and these devices; the caller must be the administrator. */
    VaultId vaultFor(String name, Device... devices) {
        return vaultFor(name, NamePolicy.PORTABLE, devices);
    }

    VaultId vaultFor(String name, NamePolicy policy, Device... devices) {
        VaultId vault = VaultId.parse(post("/v1/vaults", new Management.CreateVault(name, policy))
                .expect(201)
                .json()
                .path("vault_id")
                .asText());
        String group = post("/v1/groups", new Management.CreateGroup(name))
                .expect(201)
                .json()
                .path("group_id")
                .asText();
        put("/v1/groups/" + group + "/vaults/" + vault).expect(204);
        for (Device device : devices) {
            put("/v1/groups/" + group + "/devices/" + device.id()).expect(204);
        }
        return vault;
    }

    Response putBlob(VaultId vault, Sha256 id, byte[] bytes) {
        return put(blobPath(vault, id), BodyPublishers.ofByteArray(bytes));
    }

    /** Brings several short blobs in one request. */
    Response postBlobs(VaultId vault, byte[]... contents) {
        List<ShortBlob> blobs = Stream.of(contents)
                .map(bytes -> new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes)))
                .toList();
        return postFrames(vault, BlobFrames.encode(blobs));
    }

    Response postFrames(VaultId vault, byte[] body) {
        return post("/v1/vaults/" + vault + "/blobs", BlobFrames.MEDIA_TYPE, body);
    }

    /** Asks for several short blobs at once. */
    Response readBlobs(VaultId vault, List<Sha256> ids) {
        return post("/v1/vaults/" + vault + "/blobs/read", new ReadBlobs(ids));
    }

    static String blobPath(VaultId vault, Sha256 id) {
        return "/v1/vaults/" + vault + "/blobs/" + id;
    }

    Response mutate(VaultId vault, Cursor cursor, long requestNo, Op... ops) {
        return post("/v1/vaults/" + vault + "/mutations", new MutationsRequest(cursor, requestNo, List.of(ops)));
    }

    /** Where the vault's log ends. */
    Cursor head(VaultId vault) {
        Cursor head = Cursor.START;
        JsonNode page;
        do {
            page = log(vault, head, 1000).expect(200).json();
            for (JsonNode entry : page.path("entries")) {
                head = new Cursor(
                        entry.path("epoch").asLong(),
                        entry.path("seq").asLong(),
                        io.tinysync.engine.protocol.Chain.parse(
                                entry.path("chain").asText()));
            }
        } while (head.seq() < page.path("head_seq").asLong());
        return head;
    }

    Response log(VaultId vault, Cursor after, int limit) {
        return get("/v1/vaults/" + vault + "/log?after=" + after.epoch() + "." + after.seq() + "." + after.chain()
                + "&limit=" + limit);
    }

    static Op.CreateFile createFile(String name, byte[] bytes) {
        return new Op.CreateFile(
                new OpId(uuid7()),
                new ItemId(uuid7()),
                List.of(),
                ItemId.ROOT,
                name,
                new Content(Sha256.hash(bytes), bytes.length),
                0644,
                1_700_000_000_000_000_000L);
    }

    static Op.CreateFolder createFolder(String name) {
        return new Op.CreateFolder(new OpId(uuid7()), new ItemId(uuid7()), List.of(), ItemId.ROOT, name, 0755, -1);
    }

    static Op.Delete delete(ItemId item, long seenSeq) {
        return new Op.Delete(new OpId(uuid7()), item, List.of(), Base.at(seenSeq));
    }

    static Op.Restore restore(ItemId item) {
        return new Op.Restore(new OpId(uuid7()), item, List.of(), false, null, null);
    }

    private static UUID uuid7() {
        UUID random = UUID.randomUUID();
        long high = (System.currentTimeMillis() << 16) | 0x7000 | (random.getMostSignificantBits() & 0xFFF);
        return new UUID(high, random.getLeastSignificantBits());
    }
}
