package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.util.Optional;

/** Decides what becomes of a new item where its name may be taken: equal files and links are one, folders merge, others make way. */
final class Creations {

    private final Work work;
    private final StoreTransaction store;
    private final Attic attic;
    private final PendingQueue queue;
    private final Footing footing;

    Creations(Work work, Attic attic, PendingQueue queue, Footing footing) {
        this.work = work;
        this.store = work.store();
        this.attic = attic;
        this.queue = queue;
        this.footing = footing;
    }

    /** Decides on an item that the server does not have. */
    void decide(Intent.Create create, Origin origin) {
        boolean deleted = attic.isTombstone(create.itemId());
        if (deleted && create.acknowledged()) {
            return;
        }
        Intent.Create fresh = deleted ? underNewId(create) : create;
        if (!footing.isThere(fresh.parentItemId())) {
            work.resolved(Resolution.CREATE_RESTORED_FOLDER, fresh.itemId(), Optional.of(OverlayItem.of(fresh)));
        }
        ItemId parent = footing.folder(fresh.parentItemId(), origin);
        Optional<LocalItem> taken = footing.takenBy(fresh.itemId(), parent, fresh.name());
        if (taken.isEmpty()) {
            place(fresh, new Place(parent, fresh.name()), origin);
        } else if (footing.isRooted(taken.get().itemId()) && isOneWith(fresh, taken.get())) {
            work.resolved(
                    fresh.itemKind() == ItemKind.FOLDER ? Resolution.FOLDERS_MERGED : Resolution.CREATE_ADOPTED,
                    taken.get());
            adopt(fresh, taken.get());
        } else {
            place(fresh, new Place(parent, footing.conflictName(parent, fresh.name())), origin);
            work.resolved(Resolution.CREATE_RENAMED, fresh.itemId(), Optional.of(OverlayItem.of(fresh)));
            footing.countCopy();
        }
    }

    /** The server holds the id as a tombstone: the content goes on under another. */
    private Intent.Create underNewId(Intent.Create create) {
        ItemId fresh = work.rules().ids().newItemId();
        store.overlay(create.itemId())
                .or(() -> attic.find(create.itemId()))
                .ifPresent(row -> work.put(row.mergedInto(fresh)));
        return create.at(fresh, new Place(create.parentItemId(), create.name()));
    }

    /** A file that this device writes anew or removes next is no home for a copy of what it had. */
    private boolean isOneWith(Intent.Create create, LocalItem other) {
        boolean stays = create.itemKind() == ItemKind.FOLDER || !attic.isRewritten(other.itemId());
        return stays && isTheSame(create, other);
    }

    private static boolean isTheSame(Intent.Create create, LocalItem other) {
        if (create.itemKind() != other.kind()) {
            return false;
        }
        return switch (create.itemKind()) {
            case FOLDER -> true;
            case FILE -> other.content() != null && other.content().sameBytes(create.content());
            case SYMLINK -> other.target() != null && other.target().equals(create.target());
            case UNKNOWN -> false;
        };
    }

    private void place(Intent.Create create, Place place, Origin origin) {
        Intent.Create placed = create.at(create.itemId(), place);
        work.put(keeping(OverlayItem.of(placed)));
        queue.add(placed, origin);
    }

    private void adopt(Intent.Create create, LocalItem other) {
        OverlayItem row = OverlayItem.of(create);
        OverlayItem kept = keeping(row);
        if (kept.isKept()) {
            work.put(Rows.rowOf(store, other).keptAs(kept));
        }
        work.put(row.mergedInto(other.itemId()));
    }

    private OverlayItem keeping(OverlayItem row) {
        return store.overlay(row.itemId()).map(row::keptAs).orElse(row);
    }
}
