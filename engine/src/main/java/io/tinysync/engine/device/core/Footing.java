package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sees to it that what pending work stands on is on the server, or will be: an item or folder that was deleted there is restored
 * under its own id, with the folders above it; one that was purged there is made anew.
 */
final class Footing {

    private static final int PAGE = 500;

    /** Stands in the place of a device's name. */
    private static final String BEFORE_A_RESTORE = "before a restore";

    private final Work work;
    private final StoreTransaction store;
    private final Attic attic;
    private final PendingQueue queue;

    /** Items whose folders are being seen to: moves that were not accepted may have made a circle of them. */
    private final Set<ItemId> underWay = new HashSet<>();

    Footing(Work work, Attic attic, PendingQueue queue) {
        this.work = work;
        this.store = work.store();
        this.attic = attic;
        this.queue = queue;
    }

    /** Whether the server has the item, or will have it by what is pending. */
    boolean isRooted(ItemId itemId) {
        return itemId.isRoot()
                || store.serverItem(itemId).isPresent()
                || store.pendingOf(itemId).stream()
                        .anyMatch(op -> op.intent() instanceof Intent.Create || op.intent() instanceof Intent.Restore);
    }

    /** Whether a folder is shown, and the server has it or will have it by what is pending. */
    boolean isThere(ItemId folderId) {
        ItemId id = work.view().resolve(folderId);
        return work.view().item(id).filter(LocalItem::isFolder).isPresent() && isRooted(id);
    }

    /**
     * Whether the server does not have the item, and nothing that is pending may bring it there: also no op on its way, which may be
     * decided anew though the item was deleted elsewhere.
     */
    boolean isUnknown(ItemId itemId) {
        return !isRooted(itemId) && store.pendingOf(itemId).isEmpty();
    }

    /** The folder to use for that one: itself, restored if need be; the root where nothing is known of it. */
    ItemId folder(ItemId folderId, Origin origin) {
        ItemId id = work.view().resolve(folderId);
        if (isThere(id)) {
            return id;
        }
        return remembered(id)
                .filter(row -> row.kind() == ItemKind.FOLDER)
                .map(row -> restored(row, origin))
                .orElse(ItemId.ROOT);
    }

    /** What the overlay shows, or showed before the rebase, of an item that the server may not have. */
    Optional<OverlayItem> remembered(ItemId itemId) {
        return store.overlay(itemId).filter(OverlayItem::isPresent).or(() -> attic.find(itemId));
    }

    /**
     * Brings an item back to where it was last shown, or, where that is in what is still to be made, to where it was before it was moved there; returns
     * the id that it then has.
     */
    ItemId restored(OverlayItem row, Origin origin) {
        Place place = isInWhatIsToBeMade(row.place())
                ? attic.placeBefore(row.itemId()).orElseGet(row::place)
                : row.place();
        return restored(row, place, false, origin);
    }

    private boolean isInWhatIsToBeMade(Place place) {
        Set<ItemId> above = new HashSet<>();
        ItemId folder = work.view().resolve(place.parentItemId());
        while (!isThere(folder) && above.add(folder)) {
            if (attic.isToBeMade(folder)) {
                return true;
            }
            folder = remembered(folder)
                    .map(OverlayItem::parentItemId)
                    .map(work.view()::resolve)
                    .orElse(ItemId.ROOT);
        }
        return false;
    }

    /** Brings an item back at a place; returns the id that it then has. */
    ItemId restored(OverlayItem row, Place place, boolean subtree, Origin origin) {
        boolean circular = !underWay.add(row.itemId());
        ItemId parent = circular ? ItemId.ROOT : folder(place.parentItemId(), origin);
        underWay.remove(row.itemId());
        if (!circular && isRooted(row.itemId())) {
            return row.itemId();
        }
        return restoredIn(parent, row, place, subtree, origin);
    }

    private ItemId restoredIn(ItemId parent, OverlayItem row, Place place, boolean subtree, Origin origin) {
        Optional<LocalItem> taken = takenBy(row.itemId(), parent, place.name());
        if (row.kind() == ItemKind.FOLDER
                && taken.filter(LocalItem::isFolder).isPresent()
                && isRooted(taken.get().itemId())) {
            merge(row, taken.get().itemId());
            return taken.get().itemId();
        }
        Place free = new Place(parent, taken.isEmpty() ? place.name() : conflictName(parent, place.name()));
        if (attic.isPurged(row.itemId())) {
            return madeAnew(row, free, origin);
        }
        work.put(row.at(free));
        queue.add(new Intent.Restore(row.itemId(), free, subtree), origin);
        return row.itemId();
    }

    /** Lets a folder be another's, and what is only here of what is in it be in that: by the first one's id nobody looks for it. */
    private void merge(OverlayItem row, ItemId other) {
        work.put(row.mergedInto(other));
        for (List<OverlayItem> page = store.overlayChildren(row.itemId(), "", PAGE); !page.isEmpty(); ) {
            for (OverlayItem child : page) {
                boolean taken = takenBy(child.itemId(), other, child.name()).isPresent();
                work.put(child.at(new Place(other, taken ? conflictName(other, child.name()) : child.name())));
            }
            page = store.overlayChildren(row.itemId(), "", PAGE);
        }
    }

    private ItemId madeAnew(OverlayItem row, Place place, Origin origin) {
        ItemId fresh = work.rules().ids().newItemId();
        Intent.Create create = new Intent.Create(
                fresh,
                place.parentItemId(),
                place.name(),
                row.kind(),
                row.content(),
                row.target(),
                row.mode(),
                row.mtimeNs());
        work.put(OverlayItem.of(create).keptAs(row));
        work.put(row.mergedInto(fresh));
        queue.add(create, origin);
        return fresh;
    }

    /** The item other than this one that has the name's key. */
    Optional<LocalItem> takenBy(ItemId itemId, ItemId parent, String name) {
        Optional<LocalItem> first = work.view().byKey(parent, name);
        if (first.filter(item -> item.itemId().equals(itemId)).isEmpty()) {
            return first;
        }
        return behind(itemId, parent, name);
    }

    /** What would be shown under the name if the item were not there. */
    private Optional<LocalItem> behind(ItemId itemId, ItemId parent, String name) {
        Optional<OverlayItem> row = store.overlay(itemId);
        row.ifPresent(own -> store.removeOverlay(itemId));
        Optional<LocalItem> next =
                work.view().byKey(parent, name).filter(item -> !item.itemId().equals(itemId));
        row.ifPresent(store::putOverlay);
        return next;
    }

    /** A free name for a copy of what has, or should have had, the given one. */
    String conflictName(ItemId parent, String name) {
        return conflictNames(work.rules().deviceName())
                .firstFree(
                        name, candidate -> work.view().byKey(parent, candidate).isPresent());
    }

    /**
     * The name of a copy of what a lost history had in a file. It names no device, so that of all that bring the same copy one
     * remains; it is that of the copy where this is there already.
     */
    String nameOfLost(ItemId parent, String name, Content content) {
        return conflictNames(BEFORE_A_RESTORE)
                .firstFree(
                        name,
                        candidate -> work.view()
                                .byKey(parent, candidate)
                                .filter(taken -> !holds(taken, content))
                                .isPresent());
    }

    /** A file that this device writes anew or removes next is not counted on. */
    private boolean holds(LocalItem file, Content content) {
        return file.content() != null
                && file.content().sameBytes(content)
                && !attic.isRewritten(file.itemId())
                && isRooted(file.itemId());
    }

    private ConflictNames conflictNames(String whose) {
        return new ConflictNames(work.rules().names(), whose, work.nowMs());
    }

    /** Where an item is, its folder being the one that its id stands for. */
    Place placeOf(LocalItem item) {
        return new Place(work.view().resolve(item.parentItemId()), item.name());
    }

    /** Counts one conflict copy, for the status. */
    void countCopy() {
        SyncPosition position = store.position();
        store.setPosition(position.withConflictCopies(position.conflictCopies() + 1));
    }
}
