package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import java.util.List;
import java.util.Optional;

/**
 * Puts items with a writer, a seal or a hold back into the overlay after a rebase: at their places, with the folders that they are
 * in, and with what was written to them.
 */
final class KeptItems {

    private final Work work;
    private final StoreTransaction store;
    private final Attic attic;

    KeptItems(Work work, Attic attic) {
        this.work = work;
        this.store = work.store();
        this.attic = attic;
    }

    /** What the server has comes first: it is at the place that the server says, and what is only here makes way for it. */
    void settle(List<OverlayItem> kept) {
        kept.stream().filter(this::makesWay).forEach(this::clear);
        kept.stream().filter(this::isOnServer).forEach(this::settle);
        kept.stream().filter(row -> !isOnServer(row)).forEach(this::settle);
    }

    private boolean isOnServer(OverlayItem row) {
        return store.serverItem(row.itemId()).isPresent();
    }

    /** Whether it is only here, and stays so for long. */
    private boolean makesWay(OverlayItem row) {
        return staysForLong(row) && !isOnServer(row);
    }

    /** Takes away what the decisions have left as it was: it must not keep others from the place that the server gives them. */
    private void clear(OverlayItem row) {
        if (store.pendingOf(row.itemId()).isEmpty()) {
            store.overlay(row.itemId()).filter(OverlayItem::isPresent).ifPresent(work::remove);
        }
    }

    private void settle(OverlayItem before) {
        ItemId id = work.view().resolve(before.itemId());
        OverlayItem row = store.overlay(id)
                .filter(OverlayItem::isPresent)
                .or(() -> work.view().item(id).map(Rows::of))
                .orElse(before);
        OverlayItem shown = before.seal() == null ? row : row.with(before.content(), before.mode(), before.mtimeNs());
        Place place = free(id, footed(row.place()), makesWay(before));
        work.put(shown.at(place).keptAs(before));
    }

    private static boolean staysForLong(OverlayItem row) {
        return switch (row.hold()) {
            case LOCAL_ONLY, HELD -> true;
            case NONE, OPEN, COMPANIONS -> false;
        };
    }

    /** What is open shadows the server's item of its name until it is closed and decided; what stays here for long makes way. */
    private Place free(ItemId id, Place place, boolean makesWay) {
        Footing footing = new Footing(work, attic, new PendingQueue(work));
        boolean taken = makesWay
                ? footing.takenBy(id, place.parentItemId(), place.name()).isPresent()
                : store.overlayChild(place.parentItemId(), place.name())
                        .filter(other -> !other.itemId().equals(id))
                        .isPresent();
        return taken
                ? new Place(place.parentItemId(), footing.conflictName(place.parentItemId(), place.name()))
                : place;
    }

    /** The place in a folder that is shown: a folder that others deleted stays here, on this device only, with what is kept in it. */
    private Place footed(Place place) {
        return new Place(shownFolder(place.parentItemId(), 0), place.name());
    }

    private ItemId shownFolder(ItemId folderId, int depth) {
        ItemId id = work.view().resolve(folderId);
        Optional<LocalItem> shown = work.view().item(id);
        if (shown.filter(LocalItem::isFolder).isPresent()) {
            return id;
        }
        Optional<OverlayItem> row = attic.find(id);
        if (row.isEmpty() || depth > Limits.MAX_DEPTH) {
            return ItemId.ROOT;
        }
        ItemId parent = shownFolder(row.get().parentItemId(), depth + 1);
        OverlayItem folder = row.get().at(new Place(parent, row.get().name()));
        work.put(folder.at(free(id, folder.place(), true)));
        return id;
    }
}
