package io.tinysync.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Reads a vault's snapshot at its own pace, as a stream of lines. For one thread. */
final class SnapshotReading implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final BufferedReader lines;
    private final MessageDigest digest = Sha256.newDigest();
    private final Set<String> folders = new HashSet<>(Set.of(ItemId.ROOT.toString()));
    private final JsonNode header;
    private long items;
    private long bytes;
    private long orphans;

    private SnapshotReading(ApiClient api, VaultId vault) throws Exception {
        InputStream body = http.send(
                        api.request("/v1/vaults/" + vault + "/snapshot").build(), BodyHandlers.ofInputStream())
                .body();
        lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(body), StandardCharsets.UTF_8));
        header = MAPPER.readTree(take(lines.readLine()));
    }

    static SnapshotReading open(ApiClient api, VaultId vault) throws Exception {
        return new SnapshotReading(api, vault);
    }

    private String take(String line) {
        byte[] utf8 = (line + "\n").getBytes(StandardCharsets.UTF_8);
        digest.update(utf8);
        bytes += utf8.length;
        return line;
    }

    /** The first line. */
    JsonNode header() {
        return header;
    }

    void readItems(long count) throws IOException {
        for (long i = 0; i < count; i++) {
            item(MAPPER.readTree(take(lines.readLine())));
        }
    }

    private void item(JsonNode item) {
        items++;
        orphans += folders.contains(item.path("parent_item_id").asText()) ? 0 : 1;
        if (item.path("kind").asText().equals("folder")) {
            folders.add(item.path("item_id").asText());
        }
    }

    /** Reads all that is left; the last line. */
    JsonNode readTrailer() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode node = MAPPER.readTree(line);
            if (node.path("end").asBoolean()) {
                return node;
            }
            take(line);
            item(node);
        }
        throw new AssertionError("the snapshot has no trailer");
    }

    /** Items so far. */
    long items() {
        return items;
    }

    /** Of those, how many came before their parents. */
    long orphans() {
        return orphans;
    }

    /** Uncompressed, without the trailer. */
    long bytes() {
        return bytes;
    }

    /** Of all lines before the trailer; once. */
    String sha256() {
        return Sha256.of(digest.digest()).toString();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
