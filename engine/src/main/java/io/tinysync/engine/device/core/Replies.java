package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Records the server's answers to ops. */
public final class Replies {

    /** How far a device that was rewound leaves its earlier request numbers behind, so that no delayed request of then counts. */
    private static final long REWOUND_GAP = 1000;

    private static final long FIRST_BACKOFF_MS = 1000;
    private static final int MAX_DOUBLINGS = 20;

    private final Work work;
    private final StoreTransaction store;

    public Replies(Work work) {
        this.work = work;
        this.store = work.store();
    }

    /**
     * What follows from a reply.
     *
     * @param accepted how many ops took effect
     * @param rejected how many are to be decided anew after a replay to the head
     * @param missingBlobs that are to be sent again
     */
    public record Effect(int accepted, int rejected, Set<Content> missingBlobs) {}

    /**
     * Records a reply's results. Those to ops that are not on their way any more (their entries came first) say nothing new.
     *
     * @param askedEpoch that of the cursor in the request
     */
    public Effect record(MutationsReply reply, long askedEpoch) {
        int accepted = 0;
        int rejected = 0;
        Set<Content> missing = new LinkedHashSet<>();
        for (OpResult result : reply.results()) {
            Optional<PendingOp> op =
                    store.pending(result.opId()).filter(pending -> pending.state() == PendingState.SENT);
            if (op.isEmpty()) {
                continue;
            }
            Long seq = result.seq();
            if (seq != null) {
                accept(op.get(), seq, askedEpoch);
                accepted++;
            } else {
                rejected += reject(op.get(), result, missing) ? 1 : 0;
            }
        }
        return new Effect(accepted, rejected, missing);
    }

    /**
     * An op whose entry is covered by a snapshot that was adopted while the answer was on its way has ended already. If that was
     * the first one after a restore, the answer may be of before: the op is repeated.
     */
    private void accept(PendingOp op, long seq, long askedEpoch) {
        Cursor cursor = store.position().cursor();
        if (seq > cursor.seq()) {
            store.advancePending(op.accepted(seq));
        } else if (askedEpoch == cursor.epoch()) {
            store.removePending(op.opId());
            new Rows(work).refresh(op.itemId());
        }
    }

    /** Whether a rebase answers the rejection. */
    private boolean reject(PendingOp op, OpResult result, Set<Content> missing) {
        RejectionCode known = result.code() == null ? RejectionCode.UNKNOWN : result.code();
        boolean rebased = isRebased(known);
        Content content = op.intent().gives();
        boolean firstMiss = known == RejectionCode.BLOB_MISSING && op.attempts() == 0;
        if (known == RejectionCode.BLOB_MISSING && content != null) {
            missing.add(content);
        }
        long notBefore = rebased || firstMiss ? 0 : work.nowMs() + backoffMs(op);
        PendingOp refused = op.refused(rebased ? PendingState.REJECTED : PendingState.WAITING, known, notBefore);
        if (isOfAnotherContent(op, result)) {
            store.putPending(refused.unacknowledged());
        } else {
            store.advancePending(refused);
        }
        work.changes().changed(op.itemId());
        return rebased;
    }

    /**
     * Whether the server has deleted the item with another content than the one that this device brings from a lost history. Then
     * nobody has deleted that one.
     */
    private static boolean isOfAnotherContent(PendingOp op, OpResult result) {
        Item tombstone = result.item();
        return result.code() == RejectionCode.ITEM_EXISTS
                && tombstone != null
                && tombstone.content() != null
                && op.intent() instanceof Intent.Create create
                && !tombstone.content().sameBytes(create.content());
    }

    /** Doubled with each refusal, up to what the settings say: a person who makes room sees soon that it helped. */
    private long backoffMs(PendingOp op) {
        return Math.min(work.rules().refusedRetryMs(), FIRST_BACKOFF_MS << Math.min(op.attempts(), MAX_DOUBLINGS));
    }

    private static boolean isRebased(RejectionCode code) {
        return switch (code) {
            case VERSION_CONFLICT,
                    NAME_TAKEN,
                    PARENT_MISSING,
                    ITEM_MISSING,
                    ITEM_EXISTS,
                    CYCLE,
                    NOT_EMPTY,
                    SUBTREE_CHANGED,
                    DEPENDENCY_REJECTED,
                    OP_ID_REUSED -> true;
            case INVALID_NAME, BLOB_MISSING, TOO_LARGE, QUOTA_EXCEEDED, HELD, UNKNOWN -> false;
        };
    }

    /** The server refuses a blob's bytes: every op that gives it waits, visible. */
    public void blobRefused(Sha256 sha256, RejectionCode code) {
        for (PendingOp op : store.pendingIn(PendingState.WAITING, Integer.MAX_VALUE)) {
            Content content = op.intent().gives();
            if (content != null && content.sha256().equals(sha256)) {
                store.advancePending(op.refused(PendingState.WAITING, code, work.nowMs() + backoffMs(op)));
            }
        }
    }

    /** The server has seen higher request numbers of this device: go on above them, and repeat what is not answered. */
    public void rewound(long highestRequestNo) {
        SyncPosition position = store.position();
        long next = Math.max(position.requestNo(), highestRequestNo) + REWOUND_GAP;
        store.setPosition(position.withRequestNo(next));
    }
}
