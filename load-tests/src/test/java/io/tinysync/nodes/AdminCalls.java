package io.tinysync.nodes;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What an administrator does before devices can write. Each call is made once and must succeed. */
public final class AdminCalls {

    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final HttpClient http;
    private final String server;
    private final String token;

    /**
     * Calls one server, or one node of it.
     *
     * @param server its URL
     * @param token the administrator's
     */
    public AdminCalls(HttpClient http, String server, String token) {
        this.http = http;
        this.server = server;
        this.token = token;
    }

    /** A vault, and the group through which devices reach it. */
    public record SharedVault(VaultStatus vault, Management.GroupStatus group) {}

    /** Makes a vault and a group of its own, both of this name. */
    public SharedVault share(String name) throws IOException, InterruptedException {
        VaultStatus vault =
                post("/v1/vaults", new Management.CreateVault(name, NamePolicy.PORTABLE), VaultStatus.class);
        Management.GroupStatus group =
                post("/v1/groups", new Management.CreateGroup(name), Management.GroupStatus.class);
        put("/v1/groups/" + group.groupId() + "/vaults/" + vault.vaultId());
        return new SharedVault(vault, group);
    }

    /** Registers a device that reaches the vault. */
    public Management.RegisteredDevice register(String name, SharedVault shared)
            throws IOException, InterruptedException {
        Management.RegisteredDevice device =
                post("/v1/devices", new Management.RegisterDevice(name), Management.RegisteredDevice.class);
        admit(device.deviceId().toString(), shared);
        return device;
    }

    /** Lets a device that is registered reach the vault. */
    public void admit(String deviceId, SharedVault shared) throws IOException, InterruptedException {
        put("/v1/groups/" + shared.group().groupId() + "/devices/" + deviceId);
    }

    /** Ends a device. */
    public void revoke(DeviceId device) throws IOException, InterruptedException {
        send(request("/v1/devices/" + device).DELETE());
    }

    /** Deletes a group; its vaults and devices stay. */
    public void drop(GroupId group) throws IOException, InterruptedException {
        send(request("/v1/groups/" + group).DELETE());
    }

    /** Has every blob read and checked, unless that is under way. */
    public void verify() throws IOException, InterruptedException {
        HttpRequest.Builder post =
                request("/v1/verify").header("Content-Type", "application/json").POST(BodyPublishers.ofString("{}"));
        int status = http.send(post.build(), BodyHandlers.discarding()).statusCode();
        if (status != ACCEPTED && status != CONFLICT) {
            throw new AssertionError("a verification was answered with " + status);
        }
    }

    private <T> T post(String path, Object body, Class<T> type) throws IOException, InterruptedException {
        HttpRequest.Builder post = request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body)));
        return Json.read(send(post), type);
    }

    private void put(String path) throws IOException, InterruptedException {
        send(request(path).PUT(BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token);
    }

    private byte[] send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.uri() + " answered " + response.statusCode() + " "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }
}
