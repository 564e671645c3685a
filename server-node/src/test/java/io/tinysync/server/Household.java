package io.tinysync.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.SharingVault.Link;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A device, a group and a vault with something of everything in it, and what all that is called: by the places of requests where it belongs. */
final class Household {

    private final SharingVault vault;
    private final ApiClient admin;
    private final Map<String, String> ids = new TreeMap<>();
    private final List<String> told = new ArrayList<>();
    private final Sha256 begun;
    private long requestNo = 1_000;

    Household(TestServer server, String name) {
        vault = new SharingVault(server, name);
        admin = server.admin();
        ItemId folder = vault.folder(ItemId.ROOT, name + "-folder");
        ItemId file = vault.file(folder, name + "-file", name + "-content");
        ItemId deleted = vault.file(ItemId.ROOT, name + "-deleted", name + "-deleted-content");
        vault.delete(deleted);
        Link link = vault.link(folder);
        begun = Sha256.hash((name + "-begun").getBytes(StandardCharsets.UTF_8));
        begin(name);
        readByAnother(name + "-content");
        JsonNode entries =
                device().api().log(vault.id(), Cursor.START, 1000).json().path("entries");
        JsonNode last = entries.path(entries.size() - 1);
        ids.put("vault_id", vault.id().toString());
        ids.put("device_id", device().id().toString());
        ids.put("group_id", group());
        ids.put("link_id", link.id().toString());
        ids.put("item_id", file.toString());
        ids.put("parent_item_id", folder.toString());
        ids.put("deleted_item_id", deleted.toString());
        ids.put("op_id", last.path("op_id").asText());
        ids.put(
                "sha256",
                Sha256.hash((name + "-content").getBytes(StandardCharsets.UTF_8))
                        .toString());
        ids.put("begun_sha256", begun.toString());
        ids.put("chain", last.path("chain").asText());
        ids.put("token", link.token());
        ids.put("path", name + "-file");
        told.addAll(ids.values());
        told.addAll(List.of(name + "-", device().api().token()));
    }

    private void begin(String name) {
        device().api()
                .send(device().api()
                        .request(upload())
                        .header("Upload-Offset", "0")
                        .header("Upload-Length", String.valueOf((name + "-begun").length()))
                        .method("PATCH", BodyPublishers.ofString("th"))
                        .build())
                .expect(200);
    }

    /** After that the server knows that the vault names the blob, whoever has sent it. */
    private void readByAnother(String content) {
        Device another = admin.register("another");
        admin.put("/v1/groups/" + group() + "/devices/" + another.id()).expect(204);
        Sha256 sha256 = Sha256.hash(content.getBytes(StandardCharsets.UTF_8));
        another.api().get(ApiClient.blobPath(vault.id(), sha256)).expect(200);
    }

    private String upload() {
        return ApiClient.blobPath(vault.id(), begun) + "/upload";
    }

    private String group() {
        for (JsonNode group : admin.get("/v1/groups").expect(200).json().path("groups")) {
            if (group.path("vaults").toString().contains(vault.id().toString())) {
                return group.path("group_id").asText();
            }
        }
        throw new AssertionError("no group has the vault");
    }

    Device device() {
        return vault.device();
    }

    SharingVault vault() {
        return vault;
    }

    long nextRequestNo() {
        return ++requestNo;
    }

    /** By the name of the place where it belongs. */
    Map<String, String> ids() {
        return ids;
    }

    /** What nobody outside may hear. */
    List<String> secrets() {
        return told;
    }

    /** All that its device and the administrator see of it, but for when the device was last seen. */
    List<String> state() {
        String root = "/v1/vaults/" + vault.id();
        return List.of(
                device().api().log(vault.id(), Cursor.START, 1000).expect(200).text(),
                device().api().get(root + "/snapshot").expect(200).unzippedText(),
                device().api().get(root).expect(200).text(),
                device().api().get(root + "/links").expect(200).text(),
                device().api()
                        .get(root + "/blobs/" + ids.get("sha256"))
                        .expect(200)
                        .text(),
                device().api().get(upload()).expect(200).text(),
                device().api()
                        .get("/v1/devices/" + device().id())
                        .expect(200)
                        .text()
                        .replaceAll("\"last_seen_at\":\"[^\"]*\"", ""),
                admin.get("/v1/groups/" + group()).expect(200).text());
    }
}
