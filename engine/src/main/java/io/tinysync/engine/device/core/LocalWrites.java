package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What opening, writing and closing files means. */
public final class LocalWrites {

    private final Work work;
    private final StoreTransaction store;
    private final LocalEdits edits;
    private final Rows rows;
    private final SafeSaves saves;

    public LocalWrites(Work work) {
        this.work = work;
        this.store = work.store();
        this.edits = new LocalEdits(work);
        this.rows = new Rows(work);
        this.saves = new SafeSaves(work, edits.decider());
    }

    /** A program has the file open for writing: whatever others do, it stays until it is released. */
    public LocalItem beginWrite(ItemId itemId) throws RefusedException {
        OverlayItem row = fileRow(itemId);
        work.put(withBytes(row.kept(OverlayItem.Hold.OPEN, row.seal())));
        return work.view().item(row.itemId()).orElseThrow();
    }

    /**
     * Keeps the file for bytes that no record covers; at its place, unless it is a new file and the server has another one there
     * by now, which might else not be seen here for long.
     */
    public LocalItem hold(ItemId itemId) throws RefusedException {
        OverlayItem row = fileRow(itemId);
        boolean isNew = !edits.decider().footing().isRooted(row.itemId());
        Place place = isNew ? freePlace(row) : row.place();
        work.put(withBytes(row.at(place).kept(OverlayItem.Hold.HELD, row.seal())));
        return work.view().item(row.itemId()).orElseThrow();
    }

    /** Whoever has a writer or is held has bytes that are its own; those that it has stay. */
    private OverlayItem withBytes(OverlayItem row) {
        return row.bytes() == null ? row.with(work.rules().ids().newBytesId()) : row;
    }

    /** Records what was written and closed. Of several seals before a release, the first says what was seen. */
    public void seal(ItemId itemId, @Nullable Sha256 seen, Content content, int mode, long mtimeNs)
            throws RefusedException {
        if (content.size() > work.rules().maxFileBytes()) {
            throw new RefusedException(
                    Refusal.TOO_LARGE,
                    "the file is " + content.size() + " bytes, the limit is "
                            + work.rules().maxFileBytes());
        }
        OverlayItem row = fileRow(itemId);
        Seal earlier = row.seal();
        Sha256 base = earlier == null ? firstSeen(row, seen) : earlier.seen();
        work.put(withBytes(row.with(content, mode, mtimeNs).kept(OverlayItem.Hold.OPEN, new Seal(content, base))));
    }

    /**
     * What a first seal is based on: nothing for a new file. One that was new when it was opened, and is not any more, since the device was set back
     * and the server knows the file from before, is based on an empty one.
     */
    private @Nullable Sha256 firstSeen(OverlayItem row, @Nullable Sha256 seen) {
        boolean isNew = staysLocal(row)
                || (row.content() == null && !edits.decider().footing().isRooted(row.itemId()));
        if (isNew) {
            return null;
        }
        return seen != null ? seen : Content.EMPTY.sha256();
    }

    private OverlayItem fileRow(ItemId itemId) throws RefusedException {
        LocalItem item = edits.writable(itemId);
        if (item.kind() != ItemKind.FILE) {
            throw new RefusedException(Refusal.IS_FOLDER, item.name() + " is no file");
        }
        return store.overlay(item.itemId()).orElseGet(() -> Rows.of(item));
    }

    /**
     * The last writer is gone: what was sealed becomes pending, with the files that belong to it, once none of them has a writer.
     * A file that was held is so no more.
     *
     * @return what the file was recognised as, if it was made anew in the place of one that was renamed away
     */
    public Optional<Recreated> release(ItemId itemId) {
        Optional<OverlayItem> row = store.overlay(work.view().resolve(itemId)).filter(OverlayItem::isPresent);
        return row.filter(OverlayItem::isKept).flatMap(this::release);
    }

    private Optional<Recreated> release(OverlayItem row) {
        List<OverlayItem> companions = Companions.rows(store, row.place());
        Seal seal = row.seal();
        Optional<Recreated> recreated = Optional.empty();
        if (seal != null && !staysLocal(row) && Companions.areOpen(companions)) {
            work.put(row.kept(OverlayItem.Hold.COMPANIONS, seal));
        } else if (seal != null) {
            recreated = settle(row, seal);
        } else if (row.hold() == OverlayItem.Hold.OPEN || row.hold() == OverlayItem.Hold.HELD) {
            work.put(row.kept(OverlayItem.Hold.NONE, null));
            rows.refresh(row.itemId());
        }
        settleWaiting(companions);
        return recreated;
    }

    /** An item has left the place: the files that belong to it may have waited for its writer. */
    void left(Place place) {
        settleWaiting(Companions.rows(store, place));
    }

    private void settleWaiting(List<OverlayItem> companions) {
        if (Companions.areOpen(companions)) {
            return;
        }
        for (OverlayItem row : companions) {
            Seal seal = row.seal();
            if (row.hold() == OverlayItem.Hold.COMPANIONS && seal != null) {
                var _ = settle(row, seal);
            }
        }
    }

    /**
     * What a program has brought to stable storage and then left alone becomes pending although it keeps the file open.
     *
     * @return false if nothing is recorded, or if such a file is only sent when it is closed: by its name, or since it is one of
     *     several that belong together
     */
    public boolean publishOpen(ItemId itemId) {
        Optional<OverlayItem> row = store.overlay(work.view().resolve(itemId))
                .filter(open -> open.isPresent() && open.hold() == OverlayItem.Hold.OPEN && open.seal() != null)
                .filter(open -> !TemporaryNames.waits(open.name())
                        && !staysLocal(open)
                        && !Companions.hasAny(work.view(), open.parentItemId(), open.name())
                        && saves.from(open.place()).isEmpty());
        if (row.isEmpty()) {
            return false;
        }
        var _ = settle(row.get(), Objects.requireNonNull(row.get().seal()));
        work.view()
                .item(row.get().itemId())
                .ifPresent(item -> work.put(Rows.rowOf(store, item)
                        .kept(OverlayItem.Hold.OPEN, null)
                        .with(row.get().bytes())));
        return true;
    }

    private Optional<Recreated> settle(OverlayItem row, Seal seal) {
        Sha256 seen = seal.seen();
        if (staysLocal(row)) {
            keepLocal(row, seal);
            return Optional.empty();
        }
        if (seen != null) {
            OverlayItem unsealed = rows.unsealed(row);
            if (isOutdatedAndUnchanged(seal, unsealed)) {
                work.put(unsealed.kept(OverlayItem.Hold.NONE, null));
                rows.refresh(row.itemId());
                return Optional.empty();
            }
            Origin origin = edits.saveOrigin(row.itemId(), row.name());
            work.put(unsealed);
            edits.decider()
                    .decide(new Intent.Update(row.itemId(), seal.content(), row.mode(), row.mtimeNs(), seen), origin);
            rows.refresh(row.itemId());
            return Optional.empty();
        }
        Optional<SafeSaves.RenamedAway> away = saves.from(row.place());
        if (away.isPresent()) {
            return Optional.of(recreate(row, away.get()));
        }
        publish(row, edits.saveOrigin(row.itemId(), row.name()));
        return Optional.empty();
    }

    /**
     * Whether the writer has left what it had seen as it was, which somebody has replaced since. So has one that came in the place of the file and was
     * gone before it had written anything.
     */
    private static boolean isOutdatedAndUnchanged(Seal seal, OverlayItem now) {
        return seal.content().sha256().equals(seal.seen()) && !seal.content().sameBytes(now.content());
    }

    private Recreated recreate(OverlayItem row, SafeSaves.RenamedAway away) {
        LocalItem before = LocalView.shown(away.item());
        work.remove(row);
        LocalItem target = saves.putBack(away, edits.origin(before.name()));
        saves.edit(
                target, LocalView.shown(row), away.content().sha256(), edits.saveOrigin(target.itemId(), row.name()));
        rows.refresh(target.itemId());
        return new Recreated(before, row.itemId());
    }

    /**
     * Keeps a file on this device, under another name if the server has one of its name. It stays sealed, since it is recorded
     * nowhere else.
     */
    private void keepLocal(OverlayItem row, Seal seal) {
        work.put(row.at(freePlace(row)).kept(OverlayItem.Hold.LOCAL_ONLY, seal));
    }

    private Place freePlace(OverlayItem row) {
        Footing footing = edits.decider().footing();
        boolean taken =
                footing.takenBy(row.itemId(), row.parentItemId(), row.name()).isPresent();
        return taken
                ? new Place(row.parentItemId(), footing.conflictName(row.parentItemId(), row.name()))
                : row.place();
    }

    /** Makes a file that was only on this device pending. */
    void publish(OverlayItem row, Origin origin) {
        work.remove(row);
        edits.decider()
                .decide(
                        new Intent.Create(
                                row.itemId(),
                                row.parentItemId(),
                                row.name(),
                                row.kind(),
                                row.content(),
                                row.target(),
                                row.mode(),
                                row.mtimeNs()),
                        origin);
    }

    /** Whether it is a file that never left this device and never will, by its name. */
    private boolean staysLocal(OverlayItem row) {
        return TemporaryNames.staysLocal(row.name())
                && row.content() != null
                && !edits.decider().footing().isRooted(row.itemId());
    }
}
