package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.vavr.collection.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The live items of a tree, by id and by folder and name key; a persistent value. It keeps its own invariants (an item's folder
 * is there, a key has one holder) and throws {@link IllegalStateException} where a caller would break them.
 */
final class LiveItems {

    private final NameRules names;
    private final HashMap<ItemId, Item> items;
    private final HashMap<ItemId, Folder> folders;
    private final long bytes;

    /** Of parts that fit each other. */
    LiveItems(NameRules names, HashMap<ItemId, Item> items, HashMap<ItemId, Folder> folders, long bytes) {
        this.names = names;
        this.items = items;
        this.folders = folders;
        this.bytes = bytes;
    }

    static LiveItems none(NameRules names) {
        return new LiveItems(names, HashMap.empty(), HashMap.empty(), 0);
    }

    HashMap<ItemId, Item> byId() {
        return items;
    }

    Optional<Item> find(ItemId id) {
        return items.get(id).toJavaOptional();
    }

    Optional<Item> child(ItemId folder, NameKey key) {
        return folder(folder).children().get(key).flatMap(items::get).toJavaOptional();
    }

    Folder folder(ItemId id) {
        return folders.getOrElse(id, Folder.EMPTY);
    }

    int size() {
        return items.size();
    }

    /** The sizes of all files together. */
    long bytes() {
        return bytes;
    }

    /** Whether items can be put into it; the root is one. */
    boolean isFolder(ItemId id) {
        return id.isRoot() || items.get(id).exists(ItemTree::isFolder);
    }

    /** How many folders are above an item that is put into this folder, the root included. */
    int depthIn(ItemId folder) {
        int depth = 1;
        for (ItemId id = folder; !id.isRoot(); id = present(id).parentItemId()) {
            depth++;
        }
        return depth;
    }

    /** Whether the folder is the item or below it. */
    boolean isAtOrBelow(ItemId folder, ItemId item) {
        for (ItemId id = folder; !id.isRoot(); id = present(id).parentItemId()) {
            if (id.equals(item)) {
                return true;
            }
        }
        return item.isRoot();
    }

    /** Whether the item with all that is below it stays within {@link Limits#MAX_DEPTH} in that folder. */
    boolean fits(ItemId item, ItemId folder) {
        int depth = depthIn(folder);
        return depth + folder(item).height() <= Limits.MAX_DEPTH || depth + measuredHeight(item) <= Limits.MAX_DEPTH;
    }

    /** All that is below a folder, parents before children, the folder not included. */
    Iterator<Item> below(ItemId folder) {
        return new Descendants(this, folder);
    }

    LiveItems insert(Item item) {
        if (items.containsKey(item.itemId())) {
            throw new IllegalStateException("item " + item.itemId() + " is there already");
        }
        return new LiveItems(names, items.put(item.itemId(), item), folders, bytes + bytesOf(item)).linked(item);
    }

    /** The same item in the same place, otherwise changed. */
    LiveItems replace(Item item) {
        Item old = present(item.itemId());
        return new LiveItems(names, items.put(item.itemId(), item), folders, bytes - bytesOf(old) + bytesOf(item));
    }

    LiveItems move(Item item) {
        LiveItems unlinked = unlinked(present(item.itemId()));
        return new LiveItems(names, unlinked.items.put(item.itemId(), item), unlinked.measuredBelow(item), bytes)
                .linked(item);
    }

    /** Without an item and what is below it, which the caller has listed. */
    LiveItems remove(Item top, List<Item> below) {
        LiveItems unlinked = unlinked(present(top.itemId()));
        HashMap<ItemId, Item> left = items.remove(top.itemId());
        HashMap<ItemId, Folder> leftFolders = unlinked.folders.remove(top.itemId());
        long leftBytes = bytes - bytesOf(top);
        for (Item item : below) {
            left = left.remove(item.itemId());
            leftFolders = leftFolders.remove(item.itemId());
            leftBytes -= bytesOf(item);
        }
        return new LiveItems(names, left, leftFolders, leftBytes);
    }

    static long bytesOf(Item item) {
        Content content = item.content();
        return content == null ? 0 : content.size();
    }

    private Item present(ItemId id) {
        return items.get(id).getOrElseThrow(() -> new IllegalStateException("item " + id + " is not there"));
    }

    private LiveItems linked(Item item) {
        ItemId parent = item.parentItemId();
        if (!isFolder(parent)) {
            throw new IllegalStateException("folder " + parent + " is not there");
        }
        NameKey key = names.key(item.name());
        Folder folder = folder(parent);
        if (folder.children().containsKey(key)) {
            throw new IllegalStateException("folder " + parent + " has the name already");
        }
        HashMap<ItemId, Folder> linked = folders.put(parent, folder.with(key, item.itemId()));
        return new LiveItems(
                names, items, raised(linked, parent, folder(item.itemId()).height() + 1), bytes);
    }

    private LiveItems unlinked(Item item) {
        Folder left = folder(item.parentItemId()).without(names.key(item.name()));
        HashMap<ItemId, Folder> unlinked = left.children().isEmpty()
                ? folders.remove(item.parentItemId())
                : folders.put(item.parentItemId(), left);
        return new LiveItems(names, items, unlinked, bytes);
    }

    /** Raises the heights above a folder as far as they are too low: one step for most inserts. */
    private HashMap<ItemId, Folder> raised(HashMap<ItemId, Folder> linked, ItemId bottom, int bottomHeight) {
        HashMap<ItemId, Folder> result = linked;
        int height = bottomHeight;
        for (ItemId id = bottom; ; id = present(id).parentItemId(), height++) {
            Folder folder = result.getOrElse(id, Folder.EMPTY);
            if (folder.height() >= height) {
                return result;
            }
            result = result.put(id, folder.ofHeight(height));
            if (id.isRoot()) {
                return result;
            }
        }
    }

    /** Before a move that only the true height allows, writes that height down, so that it is measured once. */
    private HashMap<ItemId, Folder> measuredBelow(Item moved) {
        Folder folder = folder(moved.itemId());
        return depthIn(moved.parentItemId()) + folder.height() <= Limits.MAX_DEPTH
                ? folders
                : folders.put(moved.itemId(), folder.ofHeight(measuredHeight(moved.itemId())));
    }

    private int measuredHeight(ItemId folder) {
        Descendants below = new Descendants(this, folder);
        int height = 0;
        while (below.hasNext()) {
            below.next();
            height = Math.max(height, below.level());
        }
        return height;
    }
}
