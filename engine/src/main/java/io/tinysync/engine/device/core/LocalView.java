package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.tree.NameRules;
import java.util.List;
import java.util.Optional;

/** The local tree: the overlay over the server's tree. Sees what its transaction has written. */
public final class LocalView {

    private static final LocalItem ROOT =
            new LocalItem(ItemId.ROOT, ItemId.ROOT, "", ItemKind.FOLDER, null, null, 0755, 0, LocalState.IN_STEP, null);

    private final StoreView store;
    private final NameRules names;

    public LocalView(StoreView store, NameRules names) {
        this.store = store;
        this.names = names;
    }

    /** The id that an id stands for: itself, or that of the item into which it was merged. */
    public ItemId resolve(ItemId itemId) {
        ItemId id = itemId;
        for (int steps = 0; steps < Limits.MAX_DEPTH; steps++) {
            ItemId other = store.overlay(id).map(OverlayItem::mergedInto).orElse(null);
            if (other == null) {
                return id;
            }
            id = other;
        }
        return id;
    }

    /** The item of that id, the root included. */
    public Optional<LocalItem> item(ItemId itemId) {
        ItemId id = resolve(itemId);
        if (id.isRoot()) {
            return Optional.of(ROOT);
        }
        Optional<OverlayItem> row = store.overlay(id);
        return row.isPresent()
                ? row.filter(OverlayItem::isPresent).map(LocalView::shown)
                : store.serverItem(id).map(LocalView::shown);
    }

    /** The item whose name has the same key as this one. */
    public Optional<LocalItem> byKey(ItemId parentItemId, String name) {
        ItemId parent = resolve(parentItemId);
        return store.overlayChild(parent, name)
                .map(LocalView::shown)
                .or(() -> store.serverChild(parent, name)
                        .filter(item -> store.overlay(item.itemId()).isEmpty())
                        .map(LocalView::shown));
    }

    /** The item of exactly this name. */
    public Optional<LocalItem> child(ItemId parentItemId, String name) {
        return byKey(parentItemId, name).filter(item -> item.name().equals(name));
    }

    /**
     * Items in a folder in the order of their names' keys, after that of {@code afterName}; at least {@code limit} if there are as
     * many.
     */
    public List<LocalItem> children(ItemId parentItemId, String afterName, int limit) {
        return new ChildPages(store, names, resolve(parentItemId)).after(afterName, limit);
    }

    /** The item's path from the root, without a leading slash; of what is in no folder that is shown, the part that is. */
    public String path(LocalItem item) {
        StringBuilder path = new StringBuilder(item.name());
        Optional<LocalItem> folder = item(item.parentItemId());
        for (int steps = 0; steps < Limits.MAX_DEPTH && folder.isPresent(); steps++) {
            if (folder.get().itemId().isRoot()) {
                break;
            }
            path.insert(0, folder.get().name() + "/");
            folder = item(folder.get().parentItemId());
        }
        return path.toString();
    }

    /** Whether anything is shown in the folder. */
    public boolean hasChildren(ItemId folder) {
        return !children(folder, "", 1).isEmpty();
    }

    /** Whether the folder is the item or below it. */
    public boolean isAtOrBelow(ItemId folder, ItemId itemId) {
        ItemId id = resolve(folder);
        for (int steps = 0; steps <= Limits.MAX_DEPTH && !id.isRoot(); steps++) {
            if (id.equals(itemId)) {
                return true;
            }
            Optional<LocalItem> item = item(id);
            if (item.isEmpty()) {
                return false;
            }
            id = resolve(item.get().parentItemId());
        }
        return !id.isRoot();
    }

    static LocalItem shown(Item item) {
        return new LocalItem(
                item.itemId(),
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                LocalState.IN_STEP,
                null);
    }

    static LocalItem shown(OverlayItem row) {
        return new LocalItem(
                row.itemId(),
                row.parentItemId(),
                row.name(),
                row.kind(),
                row.content(),
                row.target(),
                row.mode(),
                row.mtimeNs(),
                state(row),
                row.bytes());
    }

    private static LocalState state(OverlayItem row) {
        return switch (row.hold()) {
            case NONE -> row.seal() == null ? LocalState.PENDING : LocalState.DIRTY;
            case OPEN, COMPANIONS -> LocalState.DIRTY;
            case LOCAL_ONLY -> LocalState.LOCAL_ONLY;
            case HELD -> LocalState.HELD;
        };
    }
}
