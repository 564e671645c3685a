package io.tinysync.engine.simulation;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A person at one device: acts on paths, at once and without slips. */
final class Desk {

    private final SimulatedDevice device;

    Desk(SimulatedDevice device) {
        this.device = device;
    }

    LocalItem at(String path) {
        LocalItem item = device.tree.item(ItemId.ROOT).orElseThrow();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                Optional<LocalItem> child = device.tree.child(item.itemId(), name);
                item = child.orElseThrow(() -> new AssertionError("no " + path + " among " + paths()));
            }
        }
        return item;
    }

    void write(String path, String text) throws RefusedException {
        ItemId folder = folder(path);
        Optional<LocalItem> there = device.tree.child(folder, name(path));
        LocalItem item = there.isPresent()
                ? device.tree.beginWrite(there.get().itemId())
                : device.tree.createFile(folder, name(path), 0644, 1);
        close(item, text);
    }

    /** Closes a file that was opened when it was like {@code item}. */
    void close(LocalItem item, String text) throws RefusedException {
        Content seen = item.content();
        Content content = content(text);
        device.holds(content.sha256());
        device.tree.seal(item.itemId(), seen == null ? null : seen.sha256(), content, 0644, 1);
        device.tree.release(item.itemId());
    }

    LocalItem open(String path) throws RefusedException {
        return device.tree.beginWrite(at(path).itemId());
    }

    void mkdir(String path) throws RefusedException {
        device.tree.createFolder(folder(path), name(path), 0755, 1);
    }

    void move(String from, String to) throws RefusedException {
        device.tree.rename(folder(from), name(from), folder(to), name(to), false);
    }

    void remove(String path) throws RefusedException {
        device.tree.removeFile(folder(path), name(path));
    }

    void removeTree(String path) throws RefusedException {
        for (LocalItem child : device.tree.children(at(path).itemId(), "", 1000)) {
            String below = path + "/" + child.name();
            if (child.isFolder()) {
                removeTree(below);
            } else {
                remove(below);
            }
        }
        device.tree.removeFolder(folder(path), name(path));
    }

    void chmod(String path, int mode) throws RefusedException {
        device.tree.setMetadata(at(path).itemId(), OptionalInt.of(mode), OptionalLong.of(77));
    }

    /** Paths of all that is shown; files with their text, where it is one of those given. */
    Map<String, LocalItem> all() {
        Map<String, LocalItem> items = new TreeMap<>();
        device.list(ItemId.ROOT, "", items);
        return items;
    }

    List<String> paths() {
        return List.copyOf(all().keySet());
    }

    boolean holds(String path, String text) {
        return content(text).equals(at(path).content());
    }

    static Content content(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(Sha256.hash(bytes), bytes.length);
    }

    private ItemId folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? ItemId.ROOT : at(path.substring(0, slash)).itemId();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
