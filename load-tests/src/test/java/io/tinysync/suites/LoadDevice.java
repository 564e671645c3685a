package io.tinysync.suites;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a device knows of its vault, in little memory: it makes the bodies of its requests and takes the answers. It has at most {@link
 * #MOST_FOLDERS} folders and one file of its own, and changes these over and over, so that a run of any length leaves a vault small. For one
 * request at a time.
 */
final class LoadDevice {

    /** What an answer is called that is as it must be. */
    static final String FINE = "fine";

    private static final int MOST_FOLDERS = 64;

    private final String url;
    private final LoadVault vault;
    private final String token;
    private final List<ItemId> folders = new ArrayList<>();
    private final Map<ItemId, Item> own = new LinkedHashMap<>();
    private final ItemId file = new ItemId(uuid7());
    private Cursor cursor;
    private long requestNo;
    private int nextFolder;
    private @Nullable Content shown;
    private @Nullable Wake wake;
    private long wokenAtMs;
    private long committedAtMs;

    LoadDevice(String url, LoadVault vault, String token) {
        this.url = url;
        this.vault = vault;
        this.token = token;
        this.cursor = vault.head();
        // Above those of earlier steps: no device sends a thousand requests in a millisecond.
        this.requestNo = System.currentTimeMillis() * 1000;
    }

    String authorization() {
        return "Bearer " + token;
    }

    VaultId vaultId() {
        return vault.vaultId();
    }

    LoadVault vault() {
        return vault;
    }

    /** The URL of the vault, with this behind it. */
    String at(String path) {
        return url + "/v1/vaults/" + vault.vaultId() + path;
    }

    String vaults() {
        return url + "/v1/vaults";
    }

    String socket() {
        return url.replaceFirst("^http", "ws") + "/v1/wake";
    }

    /** The page after what this device has read. */
    String nextPage() {
        return at("/log?after=" + cursor.epoch() + "." + cursor.seq() + "." + cursor.chain() + "&limit="
                + Limits.MAX_LOG_PAGE);
    }

    byte[] mutations(List<Op> ops) {
        return Json.write(new MutationsRequest(Cursor.START, ++requestNo, ops));
    }

    /** So many changes of its folders: they are made, and later renamed. */
    List<Op> changeFolders(int count) {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ops.add(changeFolder());
        }
        return ops;
    }

    private Op changeFolder() {
        ItemId id = nextFolder();
        Item known = own.get(id);
        String name = "folder " + uuid7();
        return known == null
                ? new Op.CreateFolder(newOpId(), id, List.of(), ItemId.ROOT, name, 0755, nowNs())
                : new Op.MoveRename(newOpId(), id, List.of(), ItemId.ROOT, name, Base.at(known.placementVersion()));
    }

    private ItemId nextFolder() {
        if (folders.size() < MOST_FOLDERS) {
            folders.add(new ItemId(uuid7()));
            return folders.getLast();
        }
        nextFolder = (nextFolder + 1) % MOST_FOLDERS;
        return folders.get(nextFolder);
    }

    /** Its file gets another content, which the server has already. */
    Op save(Content content) {
        Item known = own.get(file);
        return known == null
                ? new Op.CreateFile(newOpId(), file, List.of(), ItemId.ROOT, "file " + file, content, 0644, nowNs())
                : new Op.UpdateContent(
                        newOpId(), file, List.of(), content, 0644, nowNs(), Base.at(known.contentVersion()));
    }

    /** An entry whose mtime says when it was asked for. */
    Op stamp() {
        Item known = folders.isEmpty() ? null : own.get(folders.getFirst());
        return known == null
                ? changeFolder()
                : new Op.SetMetadata(
                        newOpId(), known.itemId(), List.of(), null, nowNs(), Base.at(known.contentVersion()));
    }

    /** Takes the results: {@link #FINE}, or why not all were accepted. */
    String tookResults(byte[] body) {
        try {
            for (OpResult result : Json.read(body, MutationsReply.class).results()) {
                if (result.status() != OpResult.Status.ACCEPTED) {
                    return String.valueOf(result.code());
                }
                Item item = result.item();
                if (item != null) {
                    own.put(item.itemId(), item);
                }
            }
            return FINE;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Takes a page of the log, if it continues what was read: {@link #FINE}, or why it does not. */
    String tookPage(byte[] body) {
        try {
            LogPage page = Json.readLogPage(body, cursor);
            page.entries().forEach(this::take);
            if (wake != null && wake.headSeq() <= cursor.seq()) {
                wake = null;
            }
            return FINE;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void take(Entry entry) {
        cursor = entry.cursor();
        Item item = entry.item();
        if (item == null) {
            return;
        }
        if (wake != null && entry.seq() == wake.headSeq()) {
            committedAtMs = item.mtimeNs() / 1_000_000;
        }
        shown = item.content() == null ? shown : item.content();
    }

    /** Takes a wake. */
    void woke(String text, long atMs) {
        try {
            Wake heard = Json.read(text.getBytes(StandardCharsets.UTF_8), Wake.class);
            if (heard.vaultId().equals(vault.vaultId()) && heard.headSeq() > cursor.seq()) {
                wake = heard;
                wokenAtMs = atMs;
            }
        } catch (IOException e) {
            throw new IllegalStateException("no wake: " + text, e);
        }
    }

    /** Whether it has heard of entries that it has not read. */
    boolean isBehind() {
        return wake != null;
    }

    /** From when the entry that the last wake named was asked for, until the wake came. */
    int commitToWakeMs() {
        return (int) Math.max(0, wokenAtMs - committedAtMs);
    }

    /** From when that entry was asked for until now. */
    int commitToNowMs() {
        return (int) Math.max(0, System.currentTimeMillis() - committedAtMs);
    }

    /** The content of a file that it has heard of last, or else one that was there before. */
    Content shown() {
        return shown != null ? shown : anyContent();
    }

    private Content anyContent() {
        return vault.contents()
                .get(ThreadLocalRandom.current().nextInt(vault.contents().size()));
    }

    Cursor cursor() {
        return cursor;
    }

    static OpId newOpId() {
        return new OpId(uuid7());
    }

    static long nowNs() {
        return System.currentTimeMillis() * 1_000_000;
    }

    /** RFC 9562, section 5.7. */
    static UUID uuid7() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(
                System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000),
                random.nextLong() >>> 2 | 0x8000000000000000L);
    }
}
