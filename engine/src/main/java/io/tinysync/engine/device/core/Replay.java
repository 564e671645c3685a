package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import java.util.Optional;

/**
 * Applies log pages: entries change the server's tree, an own entry ends its pending op, and where others changed what is pending
 * here, that is decided anew as soon as nothing is on its way.
 */
public final class Replay {

    /** What became of a page. */
    public enum Outcome {
        /** Every entry is applied. */
        APPLIED,
        /** Entries up to the one that needs a snapshot are applied. */
        NEEDS_SNAPSHOT,
        /** The log does not hold what the server had answered: it is another history, and nothing was applied. */
        NEEDS_REJOIN
    }

    /**
     * Where a device stood when it asked for a page.
     *
     * @param cursor to ask after
     * @param requestNo of the last mutations request then
     * @param allAnswered whether every op that was sent had been answered then
     */
    public record Asked(Cursor cursor, long requestNo, boolean allAnswered) {

        /** What to ask for now. */
        public static Asked from(StoreView store) {
            SyncPosition position = store.position();
            boolean allAnswered = store.pendingIn(PendingState.SENT, 1).isEmpty();
            return new Asked(position.cursor(), position.requestNo(), allAnswered);
        }

        /** Whether a page asked for then, and reaching the head, holds whatever the rejections known now are about. */
        boolean isAfterAnswers(StoreView store) {
            return allAnswered && store.position().requestNo() == requestNo;
        }
    }

    private final Work work;
    private final StoreTransaction store;
    private final ServerTree tree;

    public Replay(Work work) {
        this.work = work;
        this.store = work.store();
        this.tree = new ServerTree(work);
    }

    /**
     * Applies a page that continues the log at the store's cursor; one that does not is passed over. Rejected ops are decided anew
     * by a page that reaches the head and was asked for after they were answered, since it holds whatever they collided with.
     */
    public Outcome apply(LogPage page, Asked asked) {
        if (contradictsAnswers(page, asked)) {
            return Outcome.NEEDS_REJOIN;
        }
        for (Entry entry : page.entries()) {
            long expected = store.position().cursor().seq() + 1;
            if (entry.seq() < expected) {
                continue;
            }
            if (entry.seq() > expected) {
                break;
            }
            if (ServerTree.needsSnapshot(entry)) {
                return Outcome.NEEDS_SNAPSHOT;
            }
            apply(entry);
        }
        SyncPosition position = store.position();
        long headSeq = Math.max(page.headSeq(), position.cursor().seq());
        store.setPosition(position.withHeadSeq(headSeq));
        boolean atHead = position.cursor().seq() >= page.headSeq();
        rebaseIfDue(atHead && asked.isAfterAnswers(store));
        return Outcome.APPLIED;
    }

    /** Decides pending intents anew, if entries have touched them and nothing is on its way. */
    public void rebaseIfDue(boolean atHeadAfterAnswers) {
        boolean rejected = !store.pendingIn(PendingState.REJECTED, 1).isEmpty();
        boolean due = rejected ? atHeadAfterAnswers : store.position().rebaseDue();
        if (due && Rebase.isPossible(store)) {
            new Rebase(work).run();
        }
    }

    /** Whether an accepted op is not where the server said, or the log ends before it though it was asked for afterwards. */
    private boolean contradictsAnswers(LogPage page, Asked asked) {
        long first = page.entries().isEmpty() ? 0 : page.entries().getFirst().seq();
        boolean later = asked.isAfterAnswers(store);
        for (PendingOp op : store.pendingIn(PendingState.ACCEPTED, Integer.MAX_VALUE)) {
            Long seq = op.acceptedSeq();
            if (seq == null) {
                continue;
            }
            long index = first == 0 ? -1 : seq - first;
            boolean inPage = index >= 0 && index < page.entries().size();
            if (inPage && !op.opId().equals(page.entries().get((int) index).opId())) {
                return true;
            }
            if (later && seq > page.headSeq()) {
                return true;
            }
        }
        return false;
    }

    private void apply(Entry entry) {
        OpId opId = entry.opId();
        Optional<PendingOp> own = opId == null ? Optional.empty() : store.pending(opId);
        boolean standsForOthers = entry.kind() == EntryKind.DELETE_SUBTREE;
        if ((own.isEmpty() && touchesPending(entry)) || (own.isPresent() && standsForOthers)) {
            store.setPosition(store.position().withRebaseDue(true));
        }
        own.ifPresent(op -> store.removePending(op.opId()));
        tree.apply(entry);
        store.setPosition(store.position().withCursor(entry.cursor()));
    }

    /** Whether another's entry changes something that the overlay shows otherwise, or that it stands on. */
    private boolean touchesPending(Entry entry) {
        Item item = entry.item();
        if (item == null || entry.scope() == Scope.NONE || entry.kind() == EntryKind.PURGE) {
            return false;
        }
        ItemId id = item.itemId();
        return entry.scope() == Scope.SUBTREE
                || (ServerTree.mayMoveFolder(entry) && store.pendingTotals().ops() > 0)
                || store.overlay(id).isPresent()
                || store.overlayChild(item.parentItemId(), item.name()).isPresent()
                || (!item.isLive() && !store.overlayChildren(id, "", 1).isEmpty());
    }
}
