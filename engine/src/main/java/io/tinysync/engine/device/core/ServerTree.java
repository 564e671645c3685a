package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Scope;
import java.util.List;
import java.util.Optional;

/** Applies log entries to the server's tree, and keeps in the overlay what others delete while something here stands on it. */
final class ServerTree {

    private static final int PAGE = 500;

    private final Work work;
    private final StoreTransaction store;
    private final Rows rows;

    ServerTree(Work work) {
        this.work = work;
        this.store = work.store();
        this.rows = new Rows(work);
    }

    /** Whether an entry says of more items than this device holds: they are read from a snapshot. */
    static boolean needsSnapshot(Entry entry) {
        return entry.scope() == Scope.SUBTREE
                && switch (entry.kind()) {
                    case RESTORE, UNKNOWN -> true;
                    case CREATE_FILE,
                            CREATE_FOLDER,
                            CREATE_SYMLINK,
                            UPDATE_CONTENT,
                            MOVE_RENAME,
                            SET_METADATA,
                            DELETE,
                            DELETE_SUBTREE,
                            PURGE,
                            EPOCH -> false;
                };
    }

    /** Whether a folder may be elsewhere than it was shown here: what was deleted may be restored into another folder. */
    static boolean mayMoveFolder(Entry entry) {
        Item item = entry.item();
        boolean places = entry.kind() == EntryKind.MOVE_RENAME || entry.kind() == EntryKind.RESTORE;
        return places && item != null && item.kind() == ItemKind.FOLDER;
    }

    void apply(Entry entry) {
        Item item = entry.item();
        if (item == null || entry.scope() == Scope.NONE || entry.kind() == EntryKind.PURGE) {
            return;
        }
        if (item.isLive()) {
            store.serverItem(item.itemId()).ifPresent(this::note);
            store.putServerItem(item);
            note(item);
            rows.refresh(item.itemId());
            if (mayMoveFolder(entry)) {
                new Circles(work).open(item.itemId());
            }
        } else if (entry.scope() == Scope.SUBTREE) {
            removeBelow(item.itemId());
            remove(item);
        } else {
            remove(item);
        }
    }

    private void removeBelow(ItemId folder) {
        for (List<Item> page = store.serverChildren(folder, "", PAGE); !page.isEmpty(); ) {
            for (Item child : page) {
                removeBelow(child.itemId());
                remove(child);
            }
            page = store.serverChildren(folder, "", PAGE);
        }
    }

    private void remove(Item item) {
        Optional<Item> old = store.serverItem(item.itemId());
        if (old.isEmpty()) {
            rows.refresh(item.itemId());
            return;
        }
        note(old.get());
        store.removeServerItem(item.itemId());
        boolean isStoodOn = !store.overlayChildren(item.itemId(), "", 1).isEmpty();
        if (isStoodOn && store.overlay(item.itemId()).isEmpty()) {
            work.put(OverlayItem.of(old.get()));
        } else {
            rows.refresh(item.itemId());
        }
    }

    private void note(Item item) {
        work.changes().changed(item.itemId());
        work.changes().changed(Place.of(item));
    }
}
