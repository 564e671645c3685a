package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the overlay right when the server's tree changes below it, or when pending ops end. */
final class Rows {

    private final Work work;
    private final StoreTransaction store;

    Rows(Work work) {
        this.work = work;
        this.store = work.store();
    }

    /** An item as the overlay shows it when nothing is different yet. */
    static OverlayItem of(LocalItem item) {
        return new OverlayItem(
                item.itemId(),
                OverlayItem.Presence.PRESENT,
                null,
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                OverlayItem.Hold.NONE,
                null,
                null);
    }

    /** The overlay's row of an item that is shown, or a new one that shows it as it is. */
    static OverlayItem rowOf(StoreView store, LocalItem item) {
        return store.overlay(item.itemId()).orElseGet(() -> of(item));
    }

    /** Computes an item's overlay anew; takes it away if the item is in step. Nothing happens if it has none. */
    void refresh(ItemId itemId) {
        Optional<OverlayItem> row = store.overlay(itemId);
        if (row.isEmpty()) {
            return;
        }
        if (isStranger(row.get())) {
            giveNewId(row.get());
        } else if (row.get().presence() != OverlayItem.Presence.MERGED) {
            refresh(row.get(), store.pendingOf(itemId));
        } else if (store.serverItem(itemId).isPresent()) {
            // Others have brought it back: the id stands for itself again.
            work.remove(row.get());
        }
    }

    /** Whether the server has an item of the id of one that never left this device: it did, before the device was set back. */
    boolean isStranger(OverlayItem row) {
        return row.hold() == OverlayItem.Hold.LOCAL_ONLY
                && store.serverItem(row.itemId()).isPresent();
    }

    /** Leaves the id to the server's item; returns the same file under another. */
    OverlayItem giveNewId(OverlayItem row) {
        work.remove(row);
        OverlayItem renamed = row.withId(work.rules().ids().newItemId());
        work.put(renamed);
        store.setPosition(store.position().withRebaseDue(true));
        return renamed;
    }

    private void refresh(OverlayItem row, List<PendingOp> ops) {
        Optional<Item> server = store.serverItem(row.itemId());
        boolean needed = !ops.isEmpty() || row.isKept();
        if (!needed) {
            boolean holdsOthers = server.isEmpty()
                    && row.isPresent()
                    && !store.overlayChildren(row.itemId(), "", 1).isEmpty();
            if (!holdsOthers) {
                work.remove(row);
            }
        } else if (row.isPresent() && server.isPresent()) {
            OverlayItem fresh = combined(row, ops, server.get());
            if (!fresh.equals(row)) {
                work.put(fresh);
            }
        }
    }

    /** What pending ops or a seal say stays; what they leave open is the server's. */
    private OverlayItem combined(OverlayItem row, List<PendingOp> ops, Item server) {
        boolean placed = false;
        boolean written = row.seal() != null;
        boolean touched = written;
        for (PendingOp op : ops) {
            Intent intent = op.intent();
            boolean made = intent instanceof Intent.Create || intent instanceof Intent.Restore;
            placed |= made || intent instanceof Intent.Move;
            written |= made || intent instanceof Intent.Update;
            touched |= written || intent instanceof Intent.SetMetadata;
        }
        Place place = Place.of(server);
        boolean stays = placed || isTaken(place, row.itemId());
        OverlayItem fresh = stays ? row : row.at(place);
        return fresh.with(
                written ? row.content() : server.content(),
                touched ? row.mode() : server.mode(),
                touched ? row.mtimeNs() : server.mtimeNs());
    }

    /** Whether the overlay shows another item there; until that is decided, this one is shown where it was. */
    private boolean isTaken(Place place, ItemId itemId) {
        return store.overlayChild(place.parentItemId(), place.name())
                .filter(other -> !other.itemId().equals(itemId))
                .isPresent();
    }

    /**
     * The row with the content that it shows without its seal: that of its last pending op, or the server's.
     */
    OverlayItem unsealed(OverlayItem row) {
        Content content = row.content();
        int mode = row.mode();
        long mtimeNs = row.mtimeNs();
        Optional<Item> server = store.serverItem(row.itemId());
        if (server.isPresent()) {
            content = server.get().content();
            mode = server.get().mode();
            mtimeNs = server.get().mtimeNs();
        }
        for (PendingOp op : store.pendingOf(row.itemId())) {
            switch (op.intent()) {
                case Intent.Create create -> {
                    content = create.content();
                    mode = create.mode();
                    mtimeNs = create.mtimeNs();
                }
                case Intent.Update update -> {
                    content = update.content();
                    mode = update.mode();
                    mtimeNs = update.mtimeNs();
                }
                case Intent.SetMetadata set -> {
                    mode = orElse(set.mode(), mode);
                    mtimeNs = set.mtimeNs() == null ? mtimeNs : set.mtimeNs();
                }
                case Intent.Move _, Intent.Delete _, Intent.Restore _ -> {}
            }
        }
        return row.with(content, mode, mtimeNs).kept(OverlayItem.Hold.NONE, null);
    }

    private static int orElse(@Nullable Integer value, int other) {
        return value == null ? other : value;
    }
}
