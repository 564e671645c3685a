package io.tinysync.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** A device that writes and reads, so that what a server counts by kind is there to be seen. */
final class BusyServer {

    static final String ADMIN_TOKEN = "the-admin-token-of-the-tests";

    private final DeployedServer server;
    private final String name;
    private String vault = "";
    private String token = "";

    /** @param name of its vault and group */
    BusyServer(DeployedServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** What a device wrote that is registered here: the log of its vault. */
    String writeAndRead() throws IOException, InterruptedException {
        JsonNode device = json(server.send("POST", "/v1/devices", ADMIN_TOKEN, "{\"display_name\": \"laptop\"}"));
        token = device.path("token").asText();
        vault = vaultFor(device.path("device_id").asText());
        server.send("POST", vault + "/mutations", token, mutation());
        return log(server);
    }

    /** The same log as another node has it. */
    String log(DeployedServer node) throws IOException, InterruptedException {
        Cursor start = Cursor.START;
        String after = start.epoch() + "." + start.seq() + "." + start.chain();
        return node.send("GET", vault + "/log?after=" + after, token, "");
    }

    /** Its path. */
    private String vaultFor(String device) throws IOException, InterruptedException {
        JsonNode vault = json(server.send("POST", "/v1/vaults", ADMIN_TOKEN, "{\"name\": \"" + name + "\"}"));
        JsonNode group = json(server.send("POST", "/v1/groups", ADMIN_TOKEN, "{\"name\": \"" + name + "\"}"));
        String id = vault.path("vault_id").asText();
        String members = "/v1/groups/" + group.path("group_id").asText();
        server.send("PUT", members + "/vaults/" + id, ADMIN_TOKEN, "");
        server.send("PUT", members + "/devices/" + device, ADMIN_TOKEN, "");
        return "/v1/vaults/" + id;
    }

    private static String mutation() {
        OpId opId = new OpId(UUID.fromString("01890000-0000-7000-8000-000000000001"));
        ItemId itemId = new ItemId(UUID.fromString("01890000-0000-7000-8000-000000000002"));
        Op op = new Op.CreateFolder(opId, itemId, List.of(), ItemId.ROOT, "2026", 0755, 0);
        return new String(Json.write(new MutationsRequest(Cursor.START, 1, List.of(op))), StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
