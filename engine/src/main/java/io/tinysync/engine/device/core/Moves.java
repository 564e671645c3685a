package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.util.Optional;

/** Decides what becomes of a move where others may have moved or deleted the item, or the folder that it goes into. */
final class Moves {

    private final Work work;
    private final StoreTransaction store;
    private final LocalView view;
    private final Attic attic;
    private final PendingQueue queue;
    private final Footing footing;
    private final boolean rebasing;

    Moves(Work work, Attic attic, PendingQueue queue, Footing footing, boolean rebasing) {
        this.work = work;
        this.store = work.store();
        this.view = work.view();
        this.attic = attic;
        this.queue = queue;
        this.footing = footing;
        this.rebasing = rebasing;
    }

    /** Decides on a move; returns the item that it brought back, if it did. */
    Optional<ItemId> decide(Intent.Move move, Origin origin) {
        ItemId id = view.resolve(move.itemId());
        Optional<LocalItem> shown = view.item(id);
        if (shown.isEmpty()) {
            return movedOutOfDeleted(move, id, origin);
        }
        LocalItem current = shown.get();
        Place from =
                new Place(view.resolve(move.from().parentItemId()), move.from().name());
        Optional<ItemId> folder = targetFolder(move, origin);
        Optional<Resolution> undone = undone(current, from, folder);
        if (undone.isPresent()) {
            work.resolved(undone.get(), current);
            return Optional.empty();
        }
        Place wanted = new Place(folder.orElseThrow(), move.to().name());
        if (from.equals(wanted)) {
            return Optional.empty();
        }
        boolean taken =
                footing.takenBy(id, wanted.parentItemId(), wanted.name()).isPresent();
        if (taken) {
            work.resolved(Resolution.MOVE_RENAMED, current);
        }
        String name = taken ? footing.conflictName(wanted.parentItemId(), wanted.name()) : wanted.name();
        Place to = new Place(wanted.parentItemId(), name);
        work.put(Rows.rowOf(store, current).at(to));
        queue.add(new Intent.Move(id, from, to, move.content()), origin);
        return Optional.empty();
    }

    /** Why a move is not made; empty if it is. */
    private Optional<Resolution> undone(LocalItem current, Place from, Optional<ItemId> folder) {
        Place place = footing.placeOf(current);
        if (!place.equals(from)) {
            boolean isInFolder = place.parentItemId().equals(from.parentItemId());
            return Optional.of(isInFolder ? Resolution.MOVE_OF_RENAMED : Resolution.MOVE_OF_MOVED);
        }
        if (folder.isEmpty()) {
            return Optional.of(Resolution.MOVE_INTO_DELETED);
        }
        return view.isAtOrBelow(folder.get(), current.itemId())
                ? Optional.of(Resolution.MOVE_INTO_ITSELF)
                : Optional.empty();
    }

    /** The folder that a move goes into; none if its deletion was accepted first. */
    private Optional<ItemId> targetFolder(Intent.Move move, Origin origin) {
        ItemId wanted = view.resolve(move.to().parentItemId());
        boolean there = view.item(wanted).filter(LocalItem::isFolder).isPresent();
        if (there && footing.isRooted(wanted)) {
            return Optional.of(wanted);
        }
        return rebasing ? Optional.empty() : Optional.of(footing.folder(wanted, origin));
    }

    /** A folder and what was in it are gone, but this was moved out before that was known: it survives where it was moved to. */
    private Optional<ItemId> movedOutOfDeleted(Intent.Move move, ItemId id, Origin origin) {
        ItemId from = view.resolve(move.from().parentItemId());
        ItemId to = view.resolve(move.to().parentItemId());
        boolean folderGone = view.item(from).isEmpty() && !from.equals(to);
        boolean hasTarget = view.item(to).filter(LocalItem::isFolder).isPresent() && footing.isRooted(to);
        Optional<OverlayItem> row = attic.find(id);
        if (folderGone && hasTarget && row.isPresent() && !attic.isPurged(id)) {
            Place place = new Place(to, move.to().name());
            work.resolved(Resolution.MOVE_RESTORED_ITEM, id, row);
            return Optional.of(footing.restored(row.get(), place, row.get().kind() == ItemKind.FOLDER, origin));
        }
        work.resolved(Resolution.MOVE_OF_DELETED, id, row);
        return Optional.empty();
    }
}
