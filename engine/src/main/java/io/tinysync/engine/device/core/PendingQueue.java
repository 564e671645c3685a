package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pending ops, as decided intents are added to them. What was never asked of the server is merged with what follows on the
 * same item; a merged file op stands at the end, since whatever was written in between may be what the file refers to.
 */
final class PendingQueue {

    /** How far it is looked for what still refers to a folder that was made and removed again. */
    private static final int LOOK_BACK = 256;

    private final Work work;
    private final StoreTransaction store;

    PendingQueue(Work work) {
        this.work = work;
        this.store = work.store();
    }

    /** Adds an intent that holds on the local tree as it stands. */
    void add(Intent intent, Origin origin) {
        switch (intent) {
            case Intent.Create create -> append(create, origin);
            case Intent.Update update -> update(update, origin);
            case Intent.Move move -> move(move, origin);
            case Intent.SetMetadata set -> setMetadata(set, origin);
            case Intent.Delete delete -> delete(delete, origin);
            case Intent.Restore restore -> append(restore, origin);
        }
    }

    private void update(Intent.Update update, Origin origin) {
        Intent merged = update;
        Origin mergedOrigin = origin;
        for (PendingOp op : waiting(update.itemId()).reversed()) {
            switch (op.intent()) {
                case Intent.Create create ->
                    merged = new Intent.Create(
                            create.itemId(),
                            create.parentItemId(),
                            create.name(),
                            create.itemKind(),
                            update.content(),
                            null,
                            update.mode(),
                            update.mtimeNs());
                case Intent.Update earlier ->
                    merged = new Intent.Update(
                            update.itemId(), update.content(), update.mode(), update.mtimeNs(), earlier.seen());
                case Intent.SetMetadata _ -> {}
                case Intent.Move _, Intent.Delete _, Intent.Restore _ -> {
                    continue;
                }
            }
            mergedOrigin = mergedOrigin.after(op);
            store.removePending(op.opId());
        }
        append(merged, mergedOrigin);
    }

    private void move(Intent.Move move, Origin origin) {
        List<PendingOp> waiting = waiting(move.itemId());
        if (waiting.size() == 1 && waiting.getFirst().intent() instanceof Intent.Create create) {
            Intent.Create moved = create.at(create.itemId(), move.to());
            PendingOp op = waiting.getFirst();
            if (create.itemKind() != ItemKind.FOLDER
                    || store.pendingAfter(op.position(), 1).isEmpty()) {
                store.removePending(op.opId());
                append(moved, origin.after(op));
                return;
            }
        }
        append(move, origin);
    }

    private void setMetadata(Intent.SetMetadata set, Origin origin) {
        for (PendingOp op : waiting(set.itemId()).reversed()) {
            @Nullable Intent changed = changed(op.intent(), set);
            if (changed != null) {
                store.removePending(op.opId());
                insert(op.position(), changed, origin.after(op));
                return;
            }
        }
        append(set, origin);
    }

    private static @Nullable Intent changed(Intent intent, Intent.SetMetadata set) {
        return switch (intent) {
            case Intent.Create create -> create.with(set.mode(), set.mtimeNs());
            case Intent.Update u ->
                new Intent.Update(
                        u.itemId(),
                        u.content(),
                        Objects.requireNonNullElse(set.mode(), u.mode()),
                        Objects.requireNonNullElse(set.mtimeNs(), u.mtimeNs()),
                        u.seen());
            case Intent.SetMetadata s ->
                new Intent.SetMetadata(
                        s.itemId(),
                        set.mode() == null ? s.mode() : set.mode(),
                        set.mtimeNs() == null ? s.mtimeNs() : set.mtimeNs(),
                        s.seen());
            case Intent.Move _, Intent.Delete _, Intent.Restore _ -> null;
        };
    }

    private void delete(Intent.Delete delete, Origin origin) {
        List<PendingOp> all = store.pendingOf(delete.itemId());
        if (isUnknownToServer(delete.itemId(), all) && !isReferredTo(all)) {
            all.forEach(op -> store.removePending(op.opId()));
            store.overlay(delete.itemId()).ifPresent(work::remove);
            return;
        }
        Sha256 seen = delete.seen();
        Origin merged = origin;
        for (PendingOp op : waiting(delete.itemId()).reversed()) {
            boolean superseded = op.intent() instanceof Intent.Update || op.intent() instanceof Intent.SetMetadata;
            if (superseded) {
                store.removePending(op.opId());
                merged = merged.after(op);
            }
            if (op.intent() instanceof Intent.Update update) {
                seen = update.seen();
            }
        }
        append(new Intent.Delete(delete.itemId(), delete.from(), seen), merged);
    }

    /** Whether every trace of the item is here: it was created, and nothing of it was ever asked of the server. */
    private boolean isUnknownToServer(ItemId itemId, List<PendingOp> all) {
        return store.serverItem(itemId).isEmpty()
                && !all.isEmpty()
                && all.getFirst().intent() instanceof Intent.Create
                && all.stream().allMatch(op -> op.state() == PendingState.WAITING);
    }

    /** Whether another pending op names the item as a folder; assumed, where there are too many to look. */
    private boolean isReferredTo(List<PendingOp> own) {
        PendingOp first = own.getFirst();
        if (!(first.intent() instanceof Intent.Create create) || create.itemKind() != ItemKind.FOLDER) {
            return false;
        }
        List<PendingOp> later = store.pendingAfter(first.position(), LOOK_BACK);
        return later.size() == LOOK_BACK
                || later.stream().anyMatch(op -> Places.parents(op.intent()).contains(create.itemId()));
    }

    /** The item's last ops that may be merged: none before one that was asked of the server, whose order must stay. */
    private List<PendingOp> waiting(ItemId itemId) {
        List<PendingOp> all = store.pendingOf(itemId);
        int from = all.size();
        while (from > 0 && all.get(from - 1).state() == PendingState.WAITING) {
            from--;
        }
        return all.subList(from, all.size());
    }

    private void append(Intent intent, Origin origin) {
        insert(store.nextPendingPosition(), intent, origin);
    }

    private void insert(long position, Intent intent, Origin origin) {
        store.addPending(new PendingOp(
                position,
                work.rules().ids().newOpId(),
                intent,
                PendingState.WAITING,
                null,
                null,
                null,
                origin.attempts(),
                origin.notBeforeMs(),
                origin.observedMs()));
        work.changes().changed(intent.itemId());
    }
}
