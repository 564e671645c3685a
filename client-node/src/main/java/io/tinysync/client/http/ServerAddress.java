package io.tinysync.client.http;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import java.net.URI;
import java.net.http.HttpRequest;

/**
 * The server's addresses and what every request to it carries.
 *
 * @param server without a trailing slash
 * @param token the device's
 */
record ServerAddress(URI server, String token) {

    static final String PROTOCOL_HEADER = "TinySync-Protocol";
    static final String PROTOCOL = "1";

    HttpRequest.Builder vaults() {
        return request("/v1/vaults");
    }

    HttpRequest.Builder log(VaultId vaultId, Cursor after, int limit) {
        return request("/v1/vaults/" + vaultId + "/log?after=" + after.epoch() + "." + after.seq() + "." + after.chain()
                + "&limit=" + limit);
    }

    HttpRequest.Builder snapshot(VaultId vaultId) {
        return request("/v1/vaults/" + vaultId + "/snapshot");
    }

    HttpRequest.Builder mutations(VaultId vaultId) {
        return request("/v1/vaults/" + vaultId + "/mutations");
    }

    HttpRequest.Builder blob(VaultId vaultId, Sha256 sha256) {
        return request("/v1/vaults/" + vaultId + "/blobs/" + sha256);
    }

    /** Several short blobs at once. */
    HttpRequest.Builder blobs(VaultId vaultId) {
        return request("/v1/vaults/" + vaultId + "/blobs");
    }

    /** The bytes of several short blobs at once. */
    HttpRequest.Builder readBlobs(VaultId vaultId) {
        return request("/v1/vaults/" + vaultId + "/blobs/read");
    }

    HttpRequest.Builder leaves(VaultId vaultId, Sha256 sha256) {
        return request("/v1/vaults/" + vaultId + "/blobs/" + sha256 + "/leaves");
    }

    HttpRequest.Builder upload(VaultId vaultId, Sha256 sha256) {
        return request("/v1/vaults/" + vaultId + "/blobs/" + sha256 + "/upload");
    }

    URI wake() {
        return URI.create(server.toString().replaceFirst("^http", "ws") + "/v1/wake");
    }

    String authorization() {
        return "Bearer " + token;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .header("Authorization", authorization())
                .header(PROTOCOL_HEADER, PROTOCOL);
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
