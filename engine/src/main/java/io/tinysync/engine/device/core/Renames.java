package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a program's rename means. Over a file that the server knows it is an edit of that file, whose identity stays with the name
 * (a safe save); otherwise it is a move.
 */
public final class Renames {

    private final Work work;
    private final StoreTransaction store;
    private final LocalEdits edits;
    private final SafeSaves saves;

    public Renames(Work work) {
        this.work = work;
        this.store = work.store();
        this.edits = new LocalEdits(work);
        this.saves = new SafeSaves(work, edits.decider());
    }

    /**
     * Renames as POSIX does.
     *
     * @param seen the content of what is renamed over that the renamed file's writer had seen; null where nothing is known of it
     */
    public RenameOutcome rename(
            ItemId parentItemId,
            String name,
            ItemId newParentItemId,
            String newName,
            boolean noReplace,
            @Nullable Sha256 seen)
            throws RefusedException {
        LocalItem source = edits.existing(parentItemId, name);
        ItemId folder = edits.folder(newParentItemId);
        edits.checkName(newName);
        Optional<LocalItem> there = work.view().byKey(folder, newName);
        if (there.isPresent() && there.get().itemId().equals(source.itemId())) {
            return newName.equals(source.name())
                    ? new RenameOutcome.Unchanged(source.itemId())
                    : moved(source, new Place(folder, newName));
        }
        if (there.isPresent() && (noReplace || !there.get().name().equals(newName))) {
            throw new RefusedException(Refusal.EXISTS, newName + " exists");
        }
        if (source.isFolder() && work.view().isAtOrBelow(folder, source.itemId())) {
            throw new RefusedException(Refusal.CYCLE, name + " cannot go below itself");
        }
        Place place = new Place(folder, newName);
        if (there.isPresent()) {
            checkReplaceable(source, there.get());
            return replaced(source, there.get(), place, seen);
        }
        return arrived(source, place);
    }

    private void checkReplaceable(LocalItem source, LocalItem target) throws RefusedException {
        if (source.isFolder() && !target.isFolder()) {
            throw new RefusedException(Refusal.NOT_FOLDER, target.name() + " is no folder");
        }
        if (!source.isFolder() && target.isFolder()) {
            throw new RefusedException(Refusal.IS_FOLDER, target.name() + " is a folder");
        }
        if (target.isFolder() && work.view().hasChildren(target.itemId())) {
            throw new RefusedException(Refusal.NOT_EMPTY, target.name() + " is not empty");
        }
        if (target.kind() == ItemKind.UNKNOWN) {
            throw new RefusedException(Refusal.READ_ONLY, target.name() + " is of a kind from a newer server");
        }
    }

    private RenameOutcome replaced(LocalItem source, LocalItem target, Place place, @Nullable Sha256 seen) {
        boolean files = source.kind() == ItemKind.FILE && target.kind() == ItemKind.FILE;
        if (!files || source.state() == LocalState.HELD || !wasAskedFor(target.itemId()) || isPutAside(source, place)) {
            edits.remove(target);
            return moved(source, place);
        }
        Optional<OverlayItem> row = store.overlay(target.itemId());
        LocalItem before =
                row.map(new Rows(work)::unsealed).map(LocalView::shown).orElse(target);
        Sha256 known = seen == null ? LocalEdits.sha(target) : seen;
        Optional<Seal> below = row.map(OverlayItem::seal)
                .filter(seal -> seal.content().sha256().equals(known));
        Sha256 base = below.map(Seal::seen).orElse(known);
        boolean unseen = base != null && !isSeen(before, source, base);
        if (!unseen || below.isPresent()) {
            row.ifPresent(open -> ended(open, before));
        }
        return unseen ? besides(source, place) : safelySaved(source, before, base);
    }

    private boolean isSeen(LocalItem target, LocalItem source, Sha256 base) {
        Content shown = target.content();
        return edits.decider().hasSeen(target, base) || (shown != null && shown.sameBytes(source.content()));
    }

    /** What was written to a file that is renamed over, and not released, goes with it; files that belong to it wait no more. */
    private void ended(OverlayItem open, LocalItem before) {
        edits.settled(before);
        if (open.hold() == OverlayItem.Hold.OPEN) {
            new LocalWrites(work).left(open.place());
        }
    }

    /** Whether a file that the server knows goes to a name that is not meant to last: its own name may be taken anew next. */
    private boolean isPutAside(LocalItem source, Place place) {
        return TemporaryNames.waits(place.name())
                && !TemporaryNames.waits(source.name())
                && wasAskedFor(source.itemId());
    }

    /** Whoever wrote the source had not seen what is there: both stay, as with two edits. */
    private RenameOutcome besides(LocalItem source, Place place) {
        Footing footing = edits.decider().footing();
        footing.countCopy();
        work.resolved(Resolution.SAVE_COPIED, source);
        return moved(source, new Place(place.parentItemId(), footing.conflictName(place.parentItemId(), place.name())));
    }

    /** A name that nothing has; it may be free only because the file there was renamed away, to make room for this one. */
    private RenameOutcome arrived(LocalItem source, Place place) {
        if (source.kind() == ItemKind.FILE && source.state() != LocalState.HELD && !wasAskedFor(source.itemId())) {
            Optional<SafeSaves.RenamedAway> away = saves.from(place);
            if (away.isPresent()) {
                LocalItem target =
                        saves.putBack(away.get(), edits.origin(away.get().item().name()));
                return safelySaved(source, target, away.get().content().sha256());
            }
        }
        return moved(source, place);
    }

    /** Whether the server knows the item, or was asked to. */
    private boolean wasAskedFor(ItemId itemId) {
        return store.serverItem(itemId).isPresent()
                || store.pendingOf(itemId).stream().anyMatch(op -> op.state() != PendingState.WAITING);
    }

    private RenameOutcome safelySaved(LocalItem source, LocalItem target, @Nullable Sha256 base) {
        Optional<OverlayItem> row = store.overlay(source.itemId());
        Content content = source.content();
        if (row.filter(open -> open.hold() == OverlayItem.Hold.OPEN).isPresent()) {
            openSave(source, target, base);
        } else if (content != null) {
            saves.edit(
                    target,
                    source,
                    base == null ? content.sha256() : base,
                    edits.saveOrigin(target.itemId(), target.name()));
        }
        edits.remove(source);
        new Rows(work).refresh(target.itemId());
        return new RenameOutcome.Replaced(target.itemId(), source.itemId());
    }

    /**
     * The source still has a writer: the target takes over its state, with the bytes that it writes, and becomes pending when that
     * writer is gone.
     */
    private void openSave(LocalItem source, LocalItem target, @Nullable Sha256 base) {
        OverlayItem row = store.overlay(target.itemId()).orElseGet(() -> Rows.of(target));
        OverlayItem open = store.overlay(source.itemId()).orElseThrow();
        Content content = source.content();
        boolean written = open.seal() != null || (content != null && !content.sameBytes(target.content()));
        OverlayItem saved = row.with(written ? content : row.content(), source.mode(), source.mtimeNs());
        Content recorded = saved.content();
        // The base is what is replaced now, also where nothing was recorded yet of what replaces it.
        Seal seal = recorded == null ? null : new Seal(recorded, base);
        work.put(saved.kept(OverlayItem.Hold.OPEN, seal).with(open.bytes()));
    }

    private RenameOutcome moved(LocalItem source, Place to) {
        Optional<OverlayItem> row = store.overlay(source.itemId());
        if (edits.decider().footing().isRooted(source.itemId()) || row.isEmpty()) {
            Intent.Move move = new Intent.Move(source.itemId(), source.place(), to, source.content());
            edits.decider().decide(move, edits.origin(to.name()));
        } else {
            OverlayItem there = row.get().at(to);
            work.put(there);
            if (there.hold() == OverlayItem.Hold.LOCAL_ONLY && !TemporaryNames.staysLocal(to.name())) {
                new LocalWrites(work).publish(there, edits.origin(to.name()));
            }
        }
        row.ifPresent(kept -> companions(kept, source.place()));
        return new RenameOutcome.Moved(source.itemId());
    }

    /** What waits for this file's writer is not its companion any more; and what this file waited for is not its. */
    private void companions(OverlayItem moved, Place from) {
        if (moved.hold() == OverlayItem.Hold.OPEN) {
            new LocalWrites(work).left(from);
        } else if (moved.hold() == OverlayItem.Hold.COMPANIONS) {
            var _ = new LocalWrites(work).release(moved.itemId());
        }
    }
}
