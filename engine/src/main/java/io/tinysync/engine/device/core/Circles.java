package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts folders back that a move of another device and moves of this one, which are on their way, have put into one another. Neither
 * would be found below the root until the server has refused one of the moves; the ops stay as they are, and are decided anew then.
 */
final class Circles {

    private final Work work;
    private final StoreTransaction store;

    Circles(Work work) {
        this.work = work;
        this.store = work.store();
    }

    /** Sees to it that no folder is below itself by way of this one. The server's tree has no circle, so some of its rows are here. */
    void open(ItemId folder) {
        for (int times = 0; times <= Limits.MAX_DEPTH; times++) {
            List<OverlayItem> moved = movedRows(folder);
            if (moved.isEmpty()) {
                return;
            }
            moved.forEach(this::putBack);
        }
    }

    /** The folders of the circle that a folder is in which are shown elsewhere than on the server; none where there is no circle. */
    private List<OverlayItem> movedRows(ItemId folder) {
        List<OverlayItem> moved = new ArrayList<>();
        ItemId start = work.view().resolve(folder);
        ItemId id = start;
        for (int steps = 0; steps <= Limits.MAX_DEPTH && !id.isRoot(); steps++) {
            Optional<LocalItem> item = work.view().item(id);
            if (item.isEmpty()) {
                return List.of();
            }
            store.overlay(id).filter(this::isMoved).ifPresent(moved::add);
            id = work.view().resolve(item.get().parentItemId());
            if (id.equals(start)) {
                return moved;
            }
        }
        return List.of();
    }

    private boolean isMoved(OverlayItem row) {
        return store.serverItem(row.itemId())
                .filter(server -> !server.parentItemId().equals(row.parentItemId()))
                .isPresent();
    }

    private void putBack(OverlayItem row) {
        Item server = store.serverItem(row.itemId()).orElseThrow();
        Place place = Place.of(server);
        Footing footing = new Footing(work, new Attic(), new PendingQueue(work));
        boolean taken = footing.takenBy(row.itemId(), place.parentItemId(), place.name())
                .isPresent();
        work.put(row.at(
                taken
                        ? new Place(place.parentItemId(), footing.conflictName(place.parentItemId(), place.name()))
                        : place));
    }
}
