package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;

/**
 * What a program's rename means. Over a file that the server knows it is an edit of that file, whose identity stays with the name
 * (a safe save); otherwise it is a move.
 */
public final class Renames {

    private final Work work;
    private final StoreTransaction store;
    private final LocalEdits edits;

    public Renames(Work work) {
        this.work = work;
        this.store = work.store();
        this.edits = new LocalEdits(work);
    }

    /** Renames as POSIX does. */
    public RenameOutcome rename(
            ItemId parentItemId, String name, ItemId newParentItemId, String newName, boolean noReplace)
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
        if (there.isPresent()) {
            checkReplaceable(source, there.get());
            return replaced(source, there.get(), new Place(folder, newName));
        }
        return moved(source, new Place(folder, newName));
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

    private RenameOutcome replaced(LocalItem source, LocalItem target, Place place) {
        boolean files = source.kind() == ItemKind.FILE && target.kind() == ItemKind.FILE;
        if (files && source.state() != LocalState.HELD && wasAskedFor(target.itemId())) {
            return safelySaved(source, target);
        }
        edits.remove(target);
        return moved(source, place);
    }

    /** Whether the server knows the item, or was asked to. */
    private boolean wasAskedFor(ItemId itemId) {
        return store.serverItem(itemId).isPresent()
                || store.pendingOf(itemId).stream().anyMatch(op -> op.state() != PendingState.WAITING);
    }

    private RenameOutcome safelySaved(LocalItem source, LocalItem target) {
        Optional<OverlayItem> row = store.overlay(source.itemId());
        LocalItem before = edits.settled(target);
        if (row.isPresent() && row.get().isKept() && source.state() == LocalState.DIRTY) {
            openSave(source, before);
            edits.remove(source);
        } else {
            Content content = source.content();
            if (content != null) {
                Sha256 seen = LocalEdits.sha(before);
                edits.decider()
                        .decide(
                                new Intent.Update(
                                        target.itemId(),
                                        content,
                                        source.mode(),
                                        source.mtimeNs(),
                                        seen == null ? content.sha256() : seen),
                                edits.origin(target.name()));
            }
            edits.remove(source);
        }
        return new RenameOutcome.Replaced(target.itemId(), source.itemId());
    }

    /** The source still has a writer: the target takes over its state, and becomes pending when that writer is gone. */
    private void openSave(LocalItem source, LocalItem target) {
        OverlayItem row = store.overlay(target.itemId()).orElseGet(() -> Rows.of(target));
        OverlayItem open = store.overlay(source.itemId()).orElseThrow();
        Content content = source.content();
        boolean written = open.seal() != null || (content != null && !content.sameBytes(target.content()));
        OverlayItem saved = written ? row.with(content, source.mode(), source.mtimeNs()) : row;
        Content recorded = saved.content();
        // The base is what is replaced now, also where nothing was recorded yet of what replaces it.
        Seal seal = recorded == null ? null : new Seal(recorded, LocalEdits.sha(target));
        work.put(saved.kept(OverlayItem.Hold.OPEN, seal));
    }

    private RenameOutcome moved(LocalItem source, Place to) {
        Optional<OverlayItem> row = store.overlay(source.itemId());
        if (edits.decider().footing().isRooted(source.itemId()) || row.isEmpty()) {
            Intent.Move move = new Intent.Move(source.itemId(), source.place(), to);
            edits.decider().decide(move, edits.origin(to.name()));
        } else {
            OverlayItem there = row.get().at(to);
            work.put(there);
            if (there.hold() == OverlayItem.Hold.LOCAL_ONLY && !TemporaryNames.staysLocal(to.name())) {
                new LocalWrites(work).publish(there, edits.origin(to.name()));
            }
        }
        return new RenameOutcome.Moved(source.itemId());
    }
}
