package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Attic attic;
    private final PendingQueue queue;
    private final Footing footing;
    private final boolean rebasing;

    /** Where the contents of lost edits went, so that what was written on top of them follows. */
    private final Map<Chained, ItemId> copies = new HashMap<>();

    /** Files that a move has restored: what was pending on top of them follows. */
    private final Set<ItemId> revived = new HashSet<>();

    private record Chained(ItemId itemId, Sha256 sha256) {}

    private Decider(Work work, Attic attic, boolean rebasing) {
        this.work = work;
        this.store = work.store();
        this.view = work.view();
        this.attic = attic;
        this.queue = new PendingQueue(work);
        this.footing = new Footing(work, attic, queue);
        this.rebasing = rebasing;
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
            case Intent.Move move -> move(move, origin);
            case Intent.SetMetadata set -> setMetadata(set, origin);
            case Intent.Delete delete -> delete(delete, origin);
            case Intent.Restore _ -> {
                // Follows from the intents that need it, which decide anew whether they do.
            }
        }
    }

    private void create(Intent.Create create, Origin origin) {
        if (store.serverItem(create.itemId()).isPresent()) {
            alreadyThere(create, origin);
            return;
        }
        boolean deleted = attic.isTombstone(create.itemId());
        if (deleted && create.acknowledged()) {
            return;
        }
        Intent.Create fresh = deleted ? underNewId(create) : create;
        ItemId parent = footing.folder(fresh.parentItemId(), origin);
        Optional<LocalItem> taken = footing.takenBy(fresh.itemId(), parent, fresh.name());
        if (taken.isEmpty()) {
            place(fresh, new Place(parent, fresh.name()), origin);
        } else if (footing.isRooted(taken.get().itemId()) && isTheSame(fresh, taken.get())) {
            adopt(fresh, taken.get());
        } else {
            place(fresh, new Place(parent, footing.conflictName(parent, fresh.name())), origin);
            countCopy();
        }
    }

    /** The server has this very item, from an op of this device that it forgot: what is left is the edit. */
    private void alreadyThere(Intent.Create create, Origin origin) {
        Content content = create.content();
        if (content != null) {
            Sha256 nothingSeen = content.sha256();
            update(new Intent.Update(create.itemId(), content, create.mode(), create.mtimeNs(), nothingSeen), origin);
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
            work.put(rowOf(other).kept(kept.hold(), kept.seal()));
        }
        work.put(row.mergedInto(other.itemId()));
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
        if (revived.remove(id)) {
            write(update, current, update.seen(), origin);
        } else if (content != null && content.sameBytes(update.content())) {
            if (hasSeen(current, update.seen()) || update.seen().equals(content.sha256())) {
                metadata(current, update.mode(), update.mtimeNs(), origin);
            }
        } else if (content != null && hasSeen(current, update.seen())) {
            write(update, current, content.sha256(), origin);
        } else {
            lostEdit(update, current, origin);
        }
    }

    /** The item was deleted on the server: the edit survives. */
    private void revive(Intent.Update update, OverlayItem row, Origin origin) {
        ItemId id = footing.restored(row, origin);
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
        } else {
            copy(update, current.itemId(), current.parentItemId(), current.name(), origin);
        }
    }

    private void copy(Intent.Update update, ItemId of, ItemId folder, String name, Origin origin) {
        ItemId parent = footing.folder(folder, origin);
        ItemId fresh = work.rules().ids().newItemId();
        Intent.Create create = new Intent.Create(
                fresh,
                parent,
                footing.conflictName(parent, name),
                ItemKind.FILE,
                update.content(),
                null,
                update.mode(),
                update.mtimeNs());
        work.put(OverlayItem.of(create));
        queue.add(create, origin);
        copies.put(new Chained(of, update.content().sha256()), fresh);
        countCopy();
    }

    private void move(Intent.Move move, Origin origin) {
        ItemId id = view.resolve(move.itemId());
        Optional<LocalItem> shown = view.item(id);
        if (shown.isEmpty()) {
            movedOutOfDeleted(move, id, origin);
            return;
        }
        LocalItem current = shown.get();
        Place from =
                new Place(view.resolve(move.from().parentItemId()), move.from().name());
        Optional<ItemId> folder = targetFolder(move, origin);
        boolean isFirst = placeOf(current).equals(from);
        if (!isFirst || folder.isEmpty() || view.isAtOrBelow(folder.get(), id)) {
            return;
        }
        Place wanted = new Place(folder.get(), move.to().name());
        if (from.equals(wanted)) {
            return;
        }
        boolean taken =
                footing.takenBy(id, wanted.parentItemId(), wanted.name()).isPresent();
        String name = taken ? footing.conflictName(wanted.parentItemId(), wanted.name()) : wanted.name();
        Place to = new Place(wanted.parentItemId(), name);
        work.put(rowOf(current).at(to));
        queue.add(new Intent.Move(id, from, to), origin);
    }

    private Place placeOf(LocalItem item) {
        return new Place(view.resolve(item.parentItemId()), item.name());
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
    private void movedOutOfDeleted(Intent.Move move, ItemId id, Origin origin) {
        ItemId from = view.resolve(move.from().parentItemId());
        ItemId to = view.resolve(move.to().parentItemId());
        boolean folderGone = view.item(from).isEmpty() && !from.equals(to);
        boolean hasTarget = view.item(to).filter(LocalItem::isFolder).isPresent() && footing.isRooted(to);
        Optional<OverlayItem> row = attic.find(id);
        if (folderGone && hasTarget && row.isPresent() && !attic.isPurged(id)) {
            Place place = new Place(to, move.to().name());
            revived.add(footing.restored(row.get(), place, row.get().kind() == ItemKind.FOLDER, origin));
        }
    }

    private void setMetadata(Intent.SetMetadata set, Origin origin) {
        ItemId id = view.resolve(set.itemId());
        ItemId copy = set.seen() == null ? null : copies.get(new Chained(id, set.seen()));
        Optional<LocalItem> shown = view.item(copy == null ? id : copy);
        if (shown.isPresent() && footing.isRooted(shown.get().itemId())) {
            LocalItem current = shown.get();
            boolean edited = set.seen() != null && !hasSeen(current, set.seen());
            metadata(current, set.mode(), edited ? null : set.mtimeNs(), origin);
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
        ItemId copy = delete.seen() == null ? null : copies.get(new Chained(id, delete.seen()));
        Optional<LocalItem> shown = view.item(copy == null ? id : copy);
        if (shown.isEmpty()) {
            return;
        }
        LocalItem current = shown.get();
        boolean changed = current.isFolder()
                ? view.hasChildren(current.itemId())
                : delete.seen() != null && !hasSeen(current, delete.seen());
        if (changed) {
            return;
        }
        if (!footing.isRooted(current.itemId())) {
            store.overlay(current.itemId()).ifPresent(work::remove);
            return;
        }
        work.put(rowOf(current).gone());
        queue.add(new Intent.Delete(current.itemId(), placeOf(current), sha(current)), origin);
    }

    /** Whether the content shown is the one seen, or came from it by this device's own pending changes. */
    private boolean hasSeen(LocalItem current, Sha256 seen) {
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
        return store.overlay(item.itemId()).orElseGet(() -> Rows.of(item));
    }

    private OverlayItem keeping(OverlayItem row) {
        return store.overlay(row.itemId())
                .map(old -> row.kept(old.hold(), old.seal()))
                .orElse(row);
    }

    private void countCopy() {
        SyncPosition position = store.position();
        store.setPosition(position.withConflictCopies(position.conflictCopies() + 1));
    }
}
