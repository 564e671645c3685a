package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an intent comes to on the local tree as it stands, by the conflict table (DESIGN section 5): pending ops that hold
 * there, or nothing. Where what the author had seen is what is there, that is the act itself. Used for one act, or for all intents
 * of a rebase in their order.
 */
final class Decider {

    private final Work work;
    private final StoreTransaction store;
    private final LocalView view;
    private final PendingQueue queue;
    private final Attic attic;
    private final Footing footing;
    private final Creations creations;
    private final Moves moves;
    private final boolean rebasing;

    /** Where the contents of lost edits went, so that what was written on top of them follows. */
    private final Map<Chained, ItemId> copies = new HashMap<>();

    /** Files that a move has restored: what was pending on top of them follows. */
    private final Set<ItemId> revived = new HashSet<>();

    private record Chained(ItemId itemId, Sha256 sha256) {}

    private Decider(Work work, Attic attic, boolean rebasing) {
        this.work = work;
        this.rebasing = rebasing;
        this.attic = attic;
        this.store = work.store();
        this.view = work.view();
        this.queue = new PendingQueue(work);
        this.footing = new Footing(work, attic, queue);
        this.creations = new Creations(work, attic, queue, footing);
        this.moves = new Moves(work, attic, queue, footing, rebasing);
    }

    /** For what a program does now. */
    static Decider ofActs(Work work) {
        return new Decider(work, new Attic(), false);
    }

    /** For intents that are decided anew, with what the overlay showed before. */
    static Decider ofRebase(Work work, Attic attic) {
        return new Decider(work, attic, true);
    }

    Footing footing() {
        return footing;
    }

    void decide(Intent intent, Origin origin) {
        switch (intent) {
            case Intent.Create create -> create(create, origin);
            case Intent.Update update -> update(update, origin);
            case Intent.Move move -> {
                attic.moved(move.itemId());
                moves.decide(withoutLost(move), origin).ifPresent(revived::add);
            }
            case Intent.SetMetadata set -> setMetadata(set, origin);
            case Intent.Delete delete -> delete(delete, origin);
            case Intent.Restore _ -> {
                // Follows from the intents that need it, which decide anew whether they do.
            }
        }
    }

    /** What was renamed away is not in the file any more, but in a copy: making its name anew saves nothing over it. */
    private Intent.Move withoutLost(Intent.Move move) {
        Content content = move.content();
        boolean lost =
                content != null && copies.containsKey(new Chained(view.resolve(move.itemId()), content.sha256()));
        return lost ? new Intent.Move(move.itemId(), move.from(), move.to()) : move;
    }

    private void create(Intent.Create create, Origin origin) {
        if (store.serverItem(create.itemId()).isPresent()) {
            alreadyThere(create, origin);
        } else {
            creations.decide(create, origin);
        }
    }

    /** The server has this very item, from an op of this device that it forgot: what is left is the edit. */
    private void alreadyThere(Intent.Create create, Origin origin) {
        Content content = create.content();
        if (content != null) {
            Sha256 nothingSeen = content.sha256();
            update(
                    new Intent.Update(
                            create.itemId(),
                            content,
                            create.mode(),
                            create.mtimeNs(),
                            nothingSeen,
                            create.acknowledged()),
                    origin);
        }
    }

    private void update(Intent.Update update, Origin origin) {
        ItemId id = view.resolve(update.itemId());
        Optional<LocalItem> shown = view.item(id);
        if (shown.isEmpty() || !footing.isRooted(id)) {
            footing.remembered(id)
                    .ifPresentOrElse(
                            row -> revive(update, row, origin), () -> copy(update, id, ItemId.ROOT, "file", origin));
            return;
        }
        LocalItem current = shown.get();
        Content content = current.content();
        if (revived.remove(id) || isOnlyRestored(id)) {
            write(update, current, update.seen(), origin);
        } else if (content != null && content.sameBytes(update.content())) {
            if (hasSeen(current, update.seen()) || update.seen().equals(content.sha256())) {
                metadata(current, update.mode(), update.mtimeNs(), origin);
            } else {
                work.resolved(Resolution.EDIT_EQUAL, current);
            }
        } else if (content != null && hasSeen(current, update.seen())) {
            write(update, current, content.sha256(), origin);
        } else {
            lostEdit(update, current, origin);
        }
    }

    /** Whether the server is to bring the item back, with a content that is not known here: whatever is written comes on top of it. */
    private boolean isOnlyRestored(ItemId id) {
        List<PendingOp> ops = store.pendingOf(id);
        return store.serverItem(id).isEmpty()
                && ops.stream().allMatch(op -> op.intent().gives() == null)
                && ops.stream().anyMatch(op -> op.intent() instanceof Intent.Restore);
    }

    /** The item was deleted on the server: the edit survives. */
    private void revive(Intent.Update update, OverlayItem row, Origin origin) {
        boolean isFolderThere = footing.isThere(row.parentItemId());
        ItemId id = footing.restored(row, origin);
        work.resolved(
                isFolderThere ? Resolution.EDIT_RESTORED_FILE : Resolution.EDIT_RESTORED_FOLDER, id, Optional.of(row));
        LocalItem current = view.item(id).orElseThrow();
        write(update, current, update.seen(), origin);
    }

    private void write(Intent.Update update, LocalItem current, Sha256 seen, Origin origin) {
        work.put(rowOf(current).with(update.content(), update.mode(), update.mtimeNs()));
        queue.add(new Intent.Update(current.itemId(), update.content(), update.mode(), update.mtimeNs(), seen), origin);
    }

    private void lostEdit(Intent.Update update, LocalItem current, Origin origin) {
        ItemId before = copies.get(new Chained(current.itemId(), update.seen()));
        Optional<LocalItem> earlier = before == null ? Optional.empty() : view.item(before);
        if (earlier.isPresent() && earlier.get().content() != null) {
            write(update, earlier.get(), update.seen(), origin);
            copies.put(new Chained(current.itemId(), update.content().sha256()), before);
            work.resolved(Resolution.EDIT_FOLLOWED, earlier.get());
        } else {
            work.resolved(rebasing ? Resolution.EDIT_COPIED : Resolution.SAVE_COPIED, current);
            copy(update, current.itemId(), current.parentItemId(), current.name(), origin);
        }
    }

    private void copy(Intent.Update update, ItemId of, ItemId folder, String name, Origin origin) {
        ItemId parent = footing.folder(folder, origin);
        String copyName = footing.conflictName(parent, name);
        if (update.acknowledged()) {
            copyName = footing.nameOfLost(parent, name, update.content());
            if (view.byKey(parent, copyName).isPresent()) {
                return;
            }
        }
        ItemId fresh = work.rules().ids().newItemId();
        Intent.Create create = new Intent.Create(
                fresh, parent, copyName, ItemKind.FILE, update.content(), null, update.mode(), update.mtimeNs());
        work.put(OverlayItem.of(create));
        queue.add(create, origin);
        copies.put(new Chained(of, update.content().sha256()), fresh);
        forgetRenamedAway(of, update.content());
        footing.countCopy();
    }

    /** As {@link #withoutLost}, of renamings that are pending. */
    private void forgetRenamedAway(ItemId of, Content content) {
        for (PendingOp op : store.pendingOf(of)) {
            if (op.state() == PendingState.WAITING
                    && op.intent() instanceof Intent.Move move
                    && content.equals(move.content())) {
                store.putPending(op.with(op.opId(), new Intent.Move(of, move.from(), move.to())));
            }
        }
    }

    private void setMetadata(Intent.SetMetadata set, Origin origin) {
        ItemId id = view.resolve(set.itemId());
        ItemId copy = set.seen() == null ? null : copies.get(new Chained(id, set.seen()));
        Optional<LocalItem> shown = view.item(copy == null ? id : copy);
        if (shown.isPresent() && footing.isRooted(shown.get().itemId())) {
            LocalItem current = shown.get();
            boolean edited = set.seen() != null && !hasSeen(current, set.seen());
            if (edited) {
                work.resolved(Resolution.METADATA_OF_EDITED, current);
            }
            metadata(current, set.mode(), edited ? null : set.mtimeNs(), origin);
        } else {
            work.resolved(Resolution.METADATA_OF_DELETED, id, footing.remembered(id));
        }
    }

    private void metadata(LocalItem current, @Nullable Integer mode, @Nullable Long mtimeNs, Origin origin) {
        Integer newMode = mode == null || mode == current.mode() ? null : mode;
        Long newMtimeNs = mtimeNs == null || mtimeNs == current.mtimeNs() ? null : mtimeNs;
        if (newMode == null && newMtimeNs == null) {
            return;
        }
        work.put(rowOf(current)
                .with(
                        current.content(),
                        newMode == null ? current.mode() : newMode,
                        newMtimeNs == null ? current.mtimeNs() : newMtimeNs));
        queue.add(new Intent.SetMetadata(current.itemId(), newMode, newMtimeNs, sha(current)), origin);
    }

    private void delete(Intent.Delete delete, Origin origin) {
        ItemId id = view.resolve(delete.itemId());
        if (!id.equals(delete.itemId()) && store.serverItem(id).isPresent()) {
            // What was removed turned out to be one with another's item, which nobody here has seen.
            return;
        }
        ItemId copy = delete.seen() == null ? null : copies.get(new Chained(id, delete.seen()));
        Optional<LocalItem> shown = view.item(copy == null ? id : copy);
        if (shown.isEmpty()) {
            return;
        }
        LocalItem current = shown.get();
        if (rebasing && isMovedOut(current, delete.from())) {
            work.resolved(Resolution.DELETE_LEFT_MOVED, current);
            return;
        }
        boolean changed = current.isFolder()
                ? view.hasChildren(current.itemId())
                : delete.seen() != null && !hasSeen(current, delete.seen());
        if (changed) {
            work.resolved(current.isFolder() ? Resolution.DELETE_LEFT_FOLDER : Resolution.DELETE_LEFT_EDIT, current);
            return;
        }
        if (footing.isUnknown(current.itemId())) {
            store.overlay(current.itemId()).ifPresent(work::remove);
            return;
        }
        if (!delete.from().equals(footing.placeOf(current))) {
            work.resolved(Resolution.DELETE_FOLLOWED_MOVE, current);
        }
        work.put(rowOf(current).gone());
        queue.add(new Intent.Delete(current.itemId(), footing.placeOf(current), sha(current)), origin);
    }

    /** Whether an item that was removed here was removed with a folder that it, or a folder above it, had been moved out of. */
    private boolean isMovedOut(LocalItem item, Place from) {
        Place now = footing.placeOf(item);
        Place then = from;
        for (int depth = 0; depth < Limits.MAX_DEPTH; depth++) {
            ItemId folder = view.resolve(then.parentItemId());
            if (!now.parentItemId().equals(folder)) {
                return attic.placeOfRemoved(folder).isPresent()
                        || view.item(folder).isEmpty();
            }
            Optional<Place> above = attic.placeOfRemoved(folder);
            Optional<LocalItem> there = view.item(folder);
            if (above.isEmpty() || there.isEmpty()) {
                return false;
            }
            then = above.get();
            now = footing.placeOf(there.get());
        }
        return false;
    }

    /** Whether the content shown is the one seen, or came from it by this device's own pending changes. */
    boolean hasSeen(LocalItem current, Sha256 seen) {
        return seen.equals(sha(current))
                || store.pendingOf(current.itemId()).stream().anyMatch(op -> isInChain(op.intent(), seen));
    }

    private static boolean isInChain(Intent intent, Sha256 seen) {
        Content gives = intent.gives();
        boolean isBase = intent instanceof Intent.Update update && update.seen().equals(seen);
        return isBase || (gives != null && gives.sha256().equals(seen));
    }

    private static @Nullable Sha256 sha(LocalItem item) {
        Content content = item.content();
        return content == null ? null : content.sha256();
    }

    private OverlayItem rowOf(LocalItem item) {
        return Rows.rowOf(store, item);
    }
}
