package io.tinysync.engine.simulation;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.Refusal;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The programs on one device: they open, write and close files, move things about and delete them, and note it in the ledger. */
final class Programs {

    private static final List<String> NAMES =
            List.of("a", "b", "c.txt", "d.txt", "e.tmp", "A", "f", "g.odt", ".DS_Store", "doc~");

    private final World world;
    private final SimulatedDevice device;
    private final Map<ItemId, Open> handles = new LinkedHashMap<>();
    private int written;

    /** A file that a program has open for writing, and the content that it had seen. */
    private record Open(@Nullable Content seen) {}

    Programs(World world, SimulatedDevice device) {
        this.world = world;
        this.device = device;
    }

    void act() {
        followMerges();
        int what = world.chance.below(100);
        try {
            if (what < 18) {
                create();
            } else if (what < 34) {
                open();
            } else if (what < 48) {
                closeOne();
            } else if (what < 58) {
                device.tree.createFolder(folder(), name(), 0755, mtime());
                note("mkdir");
            } else if (what < 61) {
                device.tree.createSymlink(folder(), name(), "target" + world.chance.below(2), 0777, mtime());
                note("symlink");
            } else if (what < 74) {
                rename();
            } else if (what < 82) {
                safeSave();
            } else if (what < 89) {
                remove();
            } else if (what < 93) {
                removeTree();
            } else {
                setMetadata();
            }
        } catch (RefusedException e) {
            world.tally.count("refused " + e.refusal());
        }
    }

    /** A file may have become an alias of another, which the drive hears of; its handle is that one's then. */
    private void followMerges() {
        for (ItemId id : List.copyOf(handles.keySet())) {
            Optional<LocalItem> item = device.tree.item(id);
            if (item.isPresent() && !item.get().itemId().equals(id)) {
                Open open = handles.remove(id);
                if (open != null) {
                    handles.putIfAbsent(item.get().itemId(), open);
                }
            }
        }
    }

    private void note(String what) {
        world.tally.count("act " + what.split(" ", 2)[0]);
        world.trace.add(device.name + " " + what);
    }

    private long mtime() {
        return world.chance.below(5) * 1_000_000_007L;
    }

    private String name() {
        return world.chance.of(NAMES);
    }

    private List<LocalItem> all() {
        Map<String, LocalItem> items = new LinkedHashMap<>();
        device.list(ItemId.ROOT, "", items);
        return new ArrayList<>(items.values());
    }

    private ItemId folder() {
        List<LocalItem> folders = all().stream().filter(LocalItem::isFolder).toList();
        return folders.isEmpty() || world.chance.perMille(350)
                ? ItemId.ROOT
                : world.chance.of(folders).itemId();
    }

    private Optional<LocalItem> any(ItemKind kind) {
        List<LocalItem> items =
                all().stream().filter(item -> item.kind() == kind).toList();
        return items.isEmpty() ? Optional.empty() : Optional.of(world.chance.of(items));
    }

    private Content fresh() {
        boolean common = world.chance.perMille(120);
        String text = common ? "common " + world.chance.below(2) : device.name + " wrote " + written++;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(Sha256.hash(bytes), bytes.length);
    }

    private void create() throws RefusedException {
        LocalItem item = device.tree.createFile(folder(), name(), 0644, mtime());
        handles.put(item.itemId(), new Open(null));
        note("creates " + item.name() + " " + item.itemId());
        if (world.chance.perMille(700)) {
            close(item.itemId());
        }
    }

    private void open() throws RefusedException {
        Optional<LocalItem> file = any(ItemKind.FILE);
        if (file.isPresent() && !handles.containsKey(file.get().itemId())) {
            LocalItem item = device.tree.beginWrite(file.get().itemId());
            handles.put(item.itemId(), new Open(item.content()));
            note("opens " + item.name() + " " + item.itemId());
            if (world.chance.perMille(500)) {
                close(item.itemId());
            }
        }
    }

    private void closeOne() throws RefusedException {
        if (!handles.isEmpty()) {
            close(world.chance.of(new ArrayList<>(handles.keySet())));
        }
    }

    private void close(ItemId id) throws RefusedException {
        Open open = handles.get(id);
        if (open == null) {
            return;
        }
        if (world.chance.perMille(900)) {
            seal(id, open);
        }
        if (world.chance.perMille(900)) {
            device.tree.release(id);
            handles.remove(id);
            note("closes " + id);
        }
    }

    private void seal(ItemId id, Open open) throws RefusedException {
        Content content = fresh();
        device.holds(content.sha256());
        Content seen = open.seen();
        try {
            device.tree.seal(id, seen == null ? null : seen.sha256(), content, 0640, mtime());
        } catch (RefusedException e) {
            if (e.refusal() == Refusal.NO_ENTRY) {
                throw new AssertionError("an open file was taken away: " + id, e);
            }
            throw e;
        }
        note("writes " + content.sha256().toString().substring(0, 8) + " over "
                + (seen == null ? "nothing" : seen.sha256().toString().substring(0, 8)) + " in " + id);
        world.ledger.replaced(seen);
        world.ledger.wrote(content, device.name + " " + id);
        handles.put(id, new Open(content));
    }

    private void rename() throws RefusedException {
        List<LocalItem> items = all();
        if (!items.isEmpty()) {
            LocalItem item = world.chance.of(items);
            rename(item, folder(), world.chance.perMille(300) ? item.name() : name());
        }
    }

    private void rename(LocalItem item, ItemId folder, String name) throws RefusedException {
        Optional<LocalItem> target = device.tree.child(folder, name);
        RenameOutcome outcome = device.tree.rename(item.parentItemId(), item.name(), folder, name, false);
        note("renames " + item.name() + " " + item.itemId() + " to " + name + " in " + folder + ": " + outcome);
        boolean unchanged = outcome instanceof RenameOutcome.Unchanged;
        if (target.isPresent() && !unchanged && !target.get().itemId().equals(item.itemId())) {
            world.ledger.replaced(target.get().content());
            handles.remove(target.get().itemId());
        }
        if (outcome instanceof RenameOutcome.Replaced(var kept, var source)) {
            Open moved = handles.remove(source);
            if (moved != null) {
                handles.put(kept, moved);
            }
        }
    }

    private void safeSave() throws RefusedException {
        Optional<LocalItem> target = any(ItemKind.FILE);
        if (target.isPresent()) {
            ItemId folder = target.get().parentItemId();
            LocalItem item = device.tree.createFile(folder, "saving" + world.chance.below(3), 0600, mtime());
            handles.put(item.itemId(), new Open(null));
            seal(item.itemId(), new Open(null));
            if (world.chance.perMille(800)) {
                device.tree.release(item.itemId());
                handles.remove(item.itemId());
            }
            LocalItem closed = device.tree.item(item.itemId()).orElseThrow();
            rename(closed, folder, target.get().name());
            note("saved safely");
        }
    }

    private void remove() throws RefusedException {
        List<LocalItem> files = all().stream().filter(item -> !item.isFolder()).toList();
        if (!files.isEmpty()) {
            remove(world.chance.of(files));
        }
    }

    private void remove(LocalItem item) throws RefusedException {
        LocalItem gone = device.tree.removeFile(item.parentItemId(), item.name());
        note("removes " + gone.name() + " " + gone.itemId());
        world.ledger.replaced(gone.content());
        handles.remove(gone.itemId());
    }

    private void removeTree() throws RefusedException {
        Optional<LocalItem> folder = any(ItemKind.FOLDER);
        if (folder.isPresent()) {
            removeTree(folder.get());
        }
    }

    private void removeTree(LocalItem folder) throws RefusedException {
        for (LocalItem child : device.tree.children(folder.itemId(), "", 10_000)) {
            if (child.isFolder()) {
                removeTree(child);
            } else {
                remove(child);
            }
        }
        device.tree.removeFolder(folder.parentItemId(), folder.name());
        note("removes folder " + folder.name() + " " + folder.itemId());
    }

    private void setMetadata() throws RefusedException {
        List<LocalItem> items = all();
        if (!items.isEmpty()) {
            LocalItem item = world.chance.of(items);
            OptionalInt mode =
                    world.chance.perMille(600) ? OptionalInt.of(0600 + world.chance.below(8)) : OptionalInt.empty();
            OptionalLong mtimeNs =
                    mode.isEmpty() || world.chance.perMille(500) ? OptionalLong.of(mtime()) : OptionalLong.empty();
            device.tree.setMetadata(item.itemId(), mode, mtimeNs);
            note("sets metadata of " + item.itemId() + " " + mode + " " + mtimeNs);
        }
    }

    /** After a crash no program runs; what had been recorded is released, and some of the rest is held. */
    void restart() {
        handles.clear();
        for (LocalItem item : device.tree.unsettled(ItemId.ROOT, 10_000)) {
            device.tree.release(item.itemId());
        }
    }

    /** Closes everything. */
    void stop() {
        handles.keySet().forEach(device.tree::release);
        handles.clear();
        restart();
    }
}
