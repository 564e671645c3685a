package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;

/**
 * Gives up contents that neither this device nor the server has: the record of a close survived a power loss, and the bytes, which
 * nobody had asked to be on stable storage, did not. What was written later on top of such a content stands on its base instead.
 */
public final class LostContents {

    private final Work work;
    private final StoreTransaction store;

    public LostContents(Work work) {
        this.work = work;
        this.store = work.store();
    }

    /** Drops what gives the content, unless it is on its way; the rest is decided anew. What a server had once acknowledged waits. */
    public void drop(Sha256 lost) {
        for (PendingOp op : store.pendingIn(PendingState.WAITING, Integer.MAX_VALUE)) {
            Content content = op.intent().gives();
            boolean acknowledged = op.intent() instanceof Intent.Create create && create.acknowledged();
            if (content != null && content.sha256().equals(lost) && !acknowledged) {
                drop(op);
                store.setPosition(store.position().withRebaseDue(true));
            }
        }
    }

    private void drop(PendingOp op) {
        store.removePending(op.opId());
        work.changes().changed(op.itemId());
        Optional<PendingOp> next = store.pendingOf(op.itemId()).stream()
                .filter(later -> later.state() == PendingState.WAITING && later.intent() instanceof Intent.Update)
                .findFirst();
        if (next.isPresent() && next.get().intent() instanceof Intent.Update update) {
            store.removePending(next.get().opId());
            store.addPending(next.get().with(work.rules().ids().newOpId(), onBaseOf(op.intent(), update)));
        } else if (store.pendingOf(op.itemId()).isEmpty()) {
            // No op is left by which a rebase would come to it.
            new Rows(work).refresh(op.itemId());
        }
    }

    private static Intent onBaseOf(Intent lost, Intent.Update update) {
        return switch (lost) {
            case Intent.Create c ->
                new Intent.Create(
                        c.itemId(),
                        c.parentItemId(),
                        c.name(),
                        c.itemKind(),
                        update.content(),
                        null,
                        update.mode(),
                        update.mtimeNs());
            case Intent.Update earlier ->
                new Intent.Update(update.itemId(), update.content(), update.mode(), update.mtimeNs(), earlier.seen());
            case Intent.Move _, Intent.SetMetadata _, Intent.Delete _, Intent.Restore _ -> update;
        };
    }
}
