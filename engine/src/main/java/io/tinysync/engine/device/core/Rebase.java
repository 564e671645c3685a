package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.RejectionCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decides all pending intents anew, in their order, on the server's tree as it stands. Possible only while no op is sent or
 * accepted: then what the server's tree does not hold is intent and nothing else. Costs memory for each pending op once.
 */
final class Rebase {

    private static final int PAGE = 500;

    /** From this attempt on an intent that is rejected again and again waits before it is sent. */
    private static final int PATIENCE = 3;

    private static final long FIRST_BACKOFF_MS = 100;
    private static final int MAX_DOUBLINGS = 20;

    private final Work work;
    private final StoreTransaction store;
    private final Attic attic = new Attic();
    private final List<OverlayItem> kept = new ArrayList<>();

    Rebase(Work work) {
        this.work = work;
        this.store = work.store();
    }

    /** Whether nothing is on its way that a rebase must not touch. */
    static boolean isPossible(StoreView store) {
        return store.pendingIn(PendingState.SENT, 1).isEmpty()
                && store.pendingIn(PendingState.ACCEPTED, 1).isEmpty();
    }

    void run() {
        List<PendingOp> ops = takeOff();
        forEachRow(this::setAside);
        Decider decider = Decider.ofRebase(work, attic);
        for (PendingOp op : ops) {
            decider.decide(op.intent(), origin(op));
        }
        new KeptItems(work, attic).settle(kept);
        store.setPosition(store.position().withRebaseDue(false));
    }

    private List<PendingOp> takeOff() {
        List<PendingOp> ops = new ArrayList<>();
        for (List<PendingOp> page = store.pendingAfter(0, PAGE); !page.isEmpty(); ) {
            ops.addAll(page);
            page = store.pendingAfter(page.getLast().position(), PAGE);
        }
        for (PendingOp op : ops) {
            store.removePending(op.opId());
            noteUnknown(op);
            noteRewritten(op);
            noteLater(op.intent());
        }
        return ops;
    }

    /** Keeps which items this device has written or removed: a new file with the content that one still has must not become it. */
    private void noteRewritten(PendingOp op) {
        if (op.intent() instanceof Intent.Update || op.intent() instanceof Intent.Delete) {
            attic.rewritten(op.itemId());
        }
    }

    /** Keeps what will be made and moved only once that is decided: what is brought back before must not stand on it. */
    private void noteLater(Intent intent) {
        if (intent instanceof Intent.Create create) {
            attic.toBeMade(create.itemId());
        } else if (intent instanceof Intent.Move move) {
            attic.toBeMoved(move.itemId(), move.from());
        }
    }

    /** Keeps what the server has said of an id that it does not have: that there is no tombstone of it, or that there is one. */
    private void noteUnknown(PendingOp op) {
        if (store.serverItem(op.itemId()).isPresent()) {
            return;
        }
        if (op.code() == RejectionCode.ITEM_MISSING && op.intent() instanceof Intent.Restore) {
            attic.purged(op.itemId());
        }
        if (op.code() == RejectionCode.ITEM_EXISTS && op.intent() instanceof Intent.Create) {
            attic.tombstone(op.itemId());
        }
    }

    private void forEachRow(Consumer<OverlayItem> action) {
        for (List<OverlayItem> page = store.overlayItems(ItemId.ROOT, PAGE); !page.isEmpty(); ) {
            ItemId last = page.getLast().itemId();
            page.forEach(action);
            page = store.overlayItems(last, PAGE);
        }
    }

    /** Clears the overlay for the decisions; what is kept for more than pending ops shows what the server has meanwhile. */
    private void setAside(OverlayItem row) {
        if (row.presence() == OverlayItem.Presence.MERGED) {
            // Where another history has the id, it stands for itself again.
            store.serverItem(row.itemId()).ifPresent(_ -> work.remove(row));
            return;
        }
        attic.keep(row);
        if (!row.isKept()) {
            work.remove(row);
            return;
        }
        Rows rows = new Rows(work);
        if (rows.isStranger(row)) {
            kept.add(rows.giveNewId(row));
            return;
        }
        kept.add(row);
        Optional<Item> server = store.serverItem(row.itemId());
        if (server.isPresent()) {
            work.put(OverlayItem.of(server.get()).keptAs(row));
        } else if (wasNeverAskedFor(row)) {
            work.put(row);
        } else {
            work.remove(row);
        }
    }

    /** Whether the item is this device's alone: nothing is pending about it, and nobody had it before. */
    private boolean wasNeverAskedFor(OverlayItem row) {
        Seal seal = row.seal();
        return row.content() == null || (seal != null && seal.seen() == null);
    }

    private Origin origin(PendingOp op) {
        Origin origin = Origin.of(op);
        if (op.state() != PendingState.REJECTED || op.attempts() < PATIENCE) {
            return origin;
        }
        long backoffMs =
                Math.min(work.rules().refusedRetryMs(), FIRST_BACKOFF_MS << Math.min(op.attempts(), MAX_DOUBLINGS));
        return new Origin(op.attempts(), work.nowMs() + backoffMs, op.observedMs());
    }
}
