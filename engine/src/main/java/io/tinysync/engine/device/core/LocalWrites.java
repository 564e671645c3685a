package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What opening, writing and closing files means. */
public final class LocalWrites {

    private final Work work;
    private final StoreTransaction store;
    private final LocalEdits edits;
    private final Rows rows;

    public LocalWrites(Work work) {
        this.work = work;
        this.store = work.store();
        this.edits = new LocalEdits(work);
        this.rows = new Rows(work);
    }

    /** A program has the file open for writing: whatever others do, it stays until it is released. */
    public LocalItem beginWrite(ItemId itemId) throws RefusedException {
        OverlayItem row = fileRow(itemId);
        work.put(row.kept(OverlayItem.Hold.OPEN, row.seal()));
        return work.view().item(row.itemId()).orElseThrow();
    }

    /** Keeps the file's place for bytes that no record covers. */
    public void hold(ItemId itemId) throws RefusedException {
        OverlayItem row = fileRow(itemId);
        work.put(row.kept(OverlayItem.Hold.HELD, row.seal()));
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
        work.put(row.with(content, mode, mtimeNs).kept(OverlayItem.Hold.OPEN, new Seal(content, base)));
    }

    /** What a first seal is based on: nothing for a new file, else what the caller says or what is shown. */
    private @Nullable Sha256 firstSeen(OverlayItem row, @Nullable Sha256 seen) {
        Content shown = row.content();
        boolean isNew =
                staysLocal(row) || (shown == null && !edits.decider().footing().isRooted(row.itemId()));
        if (isNew) {
            return null;
        }
        return seen != null || shown == null ? seen : shown.sha256();
    }

    private OverlayItem fileRow(ItemId itemId) throws RefusedException {
        LocalItem item = edits.writable(itemId);
        if (item.kind() != ItemKind.FILE) {
            throw new RefusedException(Refusal.IS_FOLDER, item.name() + " is no file");
        }
        return store.overlay(item.itemId()).orElseGet(() -> Rows.of(item));
    }

    /** The last writer is gone: what was sealed becomes pending. */
    public void release(ItemId itemId) {
        Optional<OverlayItem> row = store.overlay(work.view().resolve(itemId)).filter(OverlayItem::isPresent);
        if (row.isPresent() && row.get().isKept()) {
            release(row.get());
        }
    }

    private void release(OverlayItem row) {
        Seal seal = row.seal();
        if (seal != null) {
            settle(row, seal);
        } else if (row.hold() == OverlayItem.Hold.OPEN) {
            work.put(row.kept(OverlayItem.Hold.NONE, null));
            rows.refresh(row.itemId());
        }
    }

    private void settle(OverlayItem row, Seal seal) {
        Origin origin = edits.origin(row.name());
        Sha256 seen = seal.seen();
        if (staysLocal(row)) {
            keepLocal(row, seal);
        } else if (seen != null) {
            work.put(rows.unsealed(row));
            edits.decider()
                    .decide(new Intent.Update(row.itemId(), seal.content(), row.mode(), row.mtimeNs(), seen), origin);
            rows.refresh(row.itemId());
        } else {
            publish(row, origin);
        }
    }

    /**
     * Keeps a file on this device, under another name if the server has one of its name. It stays sealed, since it is recorded
     * nowhere else.
     */
    private void keepLocal(OverlayItem row, Seal seal) {
        Footing footing = edits.decider().footing();
        boolean taken =
                footing.takenBy(row.itemId(), row.parentItemId(), row.name()).isPresent();
        Place place = taken
                ? new Place(row.parentItemId(), footing.conflictName(row.parentItemId(), row.name()))
                : row.place();
        work.put(row.at(place).kept(OverlayItem.Hold.LOCAL_ONLY, seal));
    }

    /** Makes a file that was only on this device pending. */
    void publish(OverlayItem row, Origin origin) {
        work.put(row.kept(OverlayItem.Hold.NONE, null));
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
