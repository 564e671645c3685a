package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.vavr.collection.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link LiveItems} of many items at once, at half the cost of inserting them one by one: a folder is put into its map when it
 * is complete. Gives what the inserts would give, and throws {@link IllegalStateException} where they would. Used once.
 */
final class LiveItemsDraft {

    private final NameRules names;
    private final Map<ItemId, FolderDraft> folders = new java.util.HashMap<>();
    private HashMap<ItemId, Item> items = HashMap.empty();
    private long count;
    private long bytes;

    private static final class FolderDraft {
        private final @Nullable FolderDraft parent;
        private HashMap<NameKey, ItemId> children = HashMap.empty();
        private int height;

        FolderDraft(@Nullable FolderDraft parent) {
            this.parent = parent;
        }

        void add(NameKey key, Item item) {
            int before = children.size();
            children = children.put(key, item.itemId());
            if (children.size() == before) {
                throw new IllegalStateException("folder " + item.parentItemId() + " has the name already");
            }
            raise();
        }

        private void raise() {
            int height = 1;
            for (FolderDraft folder = this; folder != null && folder.height < height; folder = folder.parent) {
                folder.height = height;
                height++;
            }
        }
    }

    LiveItemsDraft(NameRules names) {
        this.names = names;
        folders.put(ItemId.ROOT, new FolderDraft(null));
    }

    /** Adds an item whose folder was added before. */
    void add(Item item) {
        FolderDraft folder = folders.get(item.parentItemId());
        if (folder == null) {
            throw new IllegalStateException("folder " + item.parentItemId() + " is not there");
        }
        items = items.put(item.itemId(), item);
        count++;
        if (items.size() != count) {
            throw new IllegalStateException("item " + item.itemId() + " is there already");
        }
        folder.add(names.key(item.name()), item);
        if (ItemTree.isFolder(item)) {
            folders.put(item.itemId(), new FolderDraft(folder));
        }
        bytes += LiveItems.bytesOf(item);
    }

    LiveItems finish() {
        HashMap<ItemId, Folder> complete = HashMap.empty();
        for (Map.Entry<ItemId, FolderDraft> draft : folders.entrySet()) {
            FolderDraft folder = draft.getValue();
            if (!folder.children.isEmpty()) {
                complete = complete.put(draft.getKey(), new Folder(folder.children, folder.height));
            }
        }
        return new LiveItems(names, items, complete, bytes);
    }
}
