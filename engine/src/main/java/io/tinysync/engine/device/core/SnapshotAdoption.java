package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.SnapshotHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a complete snapshot the server's tree, within the commit of its {@link SnapshotLoad}. On the same history absence from it
 * is a deletion, though never of what is pending; on another history nothing is deleted, and what only this device has is sent.
 */
public final class SnapshotAdoption {

    private static final int PAGE = 500;

    private final Work work;
    private final StoreTransaction store;
    private final SnapshotHeader header;

    public SnapshotAdoption(Work work, SnapshotHeader header) {
        this.work = work;
        this.store = work.store();
        this.header = header;
    }

    /**
     * Adopts a snapshot of the history that this device has followed so far, or of the first it meets. One that is older than what
     * it has applied is passed over.
     */
    public void sameHistory(Replay.Asked asked) {
        SyncPosition position = store.position();
        if (position.bootstrapped() && header.seq() < position.cursor().seq()) {
            return;
        }
        forEachRow(this::keepFooting);
        boolean sameEpoch = header.epoch() == position.cursor().epoch();
        for (PendingOp op : store.pendingIn(PendingState.ACCEPTED, Integer.MAX_VALUE)) {
            Long seq = op.acceptedSeq();
            if (seq != null && seq <= header.seq()) {
                settle(op, sameEpoch);
            }
        }
        adopt();
        forEachRow(row -> new Rows(work).refresh(row.itemId()));
        forEachRow(row -> new Circles(work).open(row.itemId()));
        new Replay(work).rebaseIfDue(asked.isAfterAnswers(store));
    }

    /**
     * Ends an op that the snapshot holds. After a restore it need not, though the seq is passed: what this device has applied is of
     * the history that goes on, and the answer may have come before. The op is repeated, and the server knows it or takes it.
     */
    private void settle(PendingOp op, boolean isHeld) {
        if (isHeld) {
            store.removePending(op.opId());
        } else {
            store.advancePending(op.sent(Objects.requireNonNull(op.wire(), "what was answered was sent")));
        }
    }

    /**
     * Adopts a snapshot of another history: what was sent or accepted on the old one is decided anew, and so is every item that
     * this device knew and the new history does not have, or has with another content.
     */
    public void otherHistory() {
        forEachRow(this::keepFooting);
        List<PendingOp> pending = new ArrayList<>();
        forEachPending(pending::add);
        pending.forEach(op -> store.removePending(op.opId()));
        sendAgainBelow(ItemId.ROOT, 0);
        pending.forEach(op -> append(op.intent(), Origin.of(op)));
        adopt();
        new Rebase(work).run();
    }

    private void adopt() {
        store.adoptStagedTree();
        Cursor cursor = new Cursor(header.epoch(), header.seq(), header.chain());
        SyncPosition position = store.position();
        long headSeq = Math.max(position.headSeq(), header.seq());
        store.setPosition(position.withCursor(cursor)
                .withHeadSeq(headSeq)
                .withBootstrapped()
                .withRebaseDue(true));
        work.changes().everythingChanged();
    }

    /** Keeps the folders above an overlay item in the overlay, where the snapshot does not have them. */
    private void keepFooting(OverlayItem row) {
        if (!row.isPresent()) {
            return;
        }
        ItemId folder = row.parentItemId();
        for (int steps = 0; steps < Limits.MAX_DEPTH && !folder.isRoot(); steps++) {
            Optional<Item> old = store.serverItem(folder);
            if (store.overlay(folder).isPresent() || store.stagedItem(folder).isPresent() || old.isEmpty()) {
                return;
            }
            store.putOverlay(OverlayItem.of(old.get()));
            folder = old.get().parentItemId();
        }
    }

    private void append(Intent intent, Origin origin) {
        store.addPending(new PendingOp(
                store.nextPendingPosition(),
                work.rules().ids().newOpId(),
                intent,
                PendingState.WAITING,
                null,
                null,
                null,
                origin.attempts(),
                origin.notBeforeMs(),
                origin.observedMs()));
    }

    /** What the old history had comes before what was pending on top of it, folders before what is in them. */
    private void sendAgainBelow(ItemId folder, int depth) {
        if (depth > Limits.MAX_DEPTH) {
            return;
        }
        String after = "";
        for (List<Item> page = store.serverChildren(folder, after, PAGE); !page.isEmpty(); ) {
            for (Item item : page) {
                sendAgain(item);
                sendAgainBelow(item.itemId(), depth + 1);
            }
            after = page.getLast().name();
            page = store.serverChildren(folder, after, PAGE);
        }
    }

    private void sendAgain(Item old) {
        Optional<Item> now = store.stagedItem(old.itemId());
        Content content = old.content();
        Intent.Create create = new Intent.Create(
                old.itemId(),
                old.parentItemId(),
                old.name(),
                old.kind(),
                content,
                old.target(),
                old.mode(),
                old.mtimeNs(),
                true);
        Origin origin = new Origin(0, 0, work.nowMs());
        if (now.isEmpty() && old.kind() != ItemKind.UNKNOWN) {
            append(create, origin);
        } else if (now.isPresent()
                && content != null
                && !content.sameBytes(now.get().content())) {
            append(new Intent.Update(old.itemId(), content, old.mode(), old.mtimeNs(), content.sha256(), true), origin);
        }
    }

    private void forEachPending(Consumer<PendingOp> action) {
        long last = 0;
        for (List<PendingOp> page = store.pendingAfter(last, PAGE); !page.isEmpty(); ) {
            page.forEach(action);
            last = page.getLast().position();
            page = store.pendingAfter(last, PAGE);
        }
    }

    private void forEachRow(Consumer<OverlayItem> action) {
        for (List<OverlayItem> page = store.overlayItems(ItemId.ROOT, PAGE); !page.isEmpty(); ) {
            ItemId last = page.getLast().itemId();
            page.forEach(action);
            page = store.overlayItems(last, PAGE);
        }
    }
}
