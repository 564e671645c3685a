package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.AcceptedOps;
import io.tinysync.engine.tree.Decision;
import io.tinysync.engine.tree.Evaluation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a state that explains all results of a request. A request is evaluated as a whole, each op on the tree that the one before
 * left, on some state between what anybody had seen when it was sent and what can exist when it is answered.
 */
final class BatchJudge {

    /**
     * Where the best of those states fails.
     *
     * @param op the number of the first op, from 0, whose result it does not explain
     * @param stateSeq the seq of the state that this op would have met
     * @param expected its result there
     */
    record Mismatch(int op, long stateSeq, OpResult expected) {}

    private static final String NO_MESSAGE = "";

    private final Replay replay;
    private final SentBlobs blobs;

    BatchJudge(Replay replay, SentBlobs blobs) {
        this.replay = replay;
        this.blobs = blobs;
    }

    /** Empty if the results are explained; there is one for each op, in order. */
    Optional<Mismatch> judge(OpenRequest open, MutationsRequest request, List<OpResult> results) {
        @Nullable Mismatch best = null;
        for (long seq = open.seenSeq(); seq <= replay.head().seq(); seq++) {
            Optional<Mismatch> mismatch = judgeAt(seq, open, request, results);
            if (mismatch.isEmpty()) {
                return mismatch;
            }
            best = best == null || closeness(mismatch.get(), results) > closeness(best, results)
                    ? mismatch.get()
                    : best;
        }
        return Optional.ofNullable(best);
    }

    /** A state that explains more results is closer, and of these one that at least accepts what was accepted. */
    private static int closeness(Mismatch mismatch, List<OpResult> results) {
        boolean sameStatus =
                mismatch.expected().status() == results.get(mismatch.op()).status();
        return 2 * mismatch.op() + (sameStatus ? 1 : 0);
    }

    private Optional<Mismatch> judgeAt(long seq, OpenRequest open, MutationsRequest request, List<OpResult> results) {
        Replay.State state = replay.state(seq).orElseThrow();
        for (int i = 0; i < results.size(); i++) {
            OpResult result = results.get(i);
            OpResult expected = expected(request.ops().get(i), state, open, result);
            if (!agree(expected, result)) {
                return Optional.of(new Mismatch(i, state.seq(), expected));
            }
            long reached = Objects.requireNonNullElse(expected.seq(), 0L);
            state = reached > state.seq() ? replay.state(reached).orElseThrow() : state;
        }
        return Optional.empty();
    }

    private static boolean agree(OpResult expected, OpResult result) {
        return expected.status() == result.status()
                && expected.code() == result.code()
                && Objects.equals(expected.seq(), result.seq())
                && Objects.equals(expected.item(), result.item());
    }

    private OpResult expected(Op op, Replay.State state, OpenRequest open, OpResult result) {
        OptionalLong before = replay.acceptedBy(state.seq()).seqOf(op.opId());
        return before.isPresent() ? repeated(op, before.getAsLong(), state, result) : first(op, state, open, result);
    }

    private OpResult repeated(Op op, long seq, Replay.State state, OpResult result) {
        Sha256 body = SentOps.bodyHash(op);
        return replay.body(seq).equals(Optional.of(body))
                ? OpResult.accepted(op.opId(), seq, itemAt(seq, result))
                : rejected(op, RejectionCode.OP_ID_REUSED, live(op, state));
    }

    /** A repeated answer may lack the item. */
    private @Nullable Item itemAt(long seq, OpResult result) {
        Item item = result.item();
        if (item == null || replay.carries(seq, item)) {
            return item;
        }
        return replay.state(seq).map(Replay.State::last).map(Entry::item).orElse(null);
    }

    private OpResult first(Op op, Replay.State state, OpenRequest open, OpResult result) {
        AcceptedOps accepted = replay.acceptedBy(state.seq());
        for (OpId required : op.requires()) {
            if (accepted.seqOf(required).isEmpty()) {
                return rejected(op, RejectionCode.DEPENDENCY_REJECTED, live(op, state));
            }
        }
        Evaluation evaluation = new Evaluation(state.seq() + 1, replay.limits(), accepted, heldBlobs(op, open, result));
        return switch (state.tree().decide(op, evaluation)) {
            case Decision.Rejected(var code, var _, var current) -> rejected(op, code, current);
            case Decision.Accepted made -> OpResult.accepted(op.opId(), state.seq() + 1, made.item());
        };
    }

    /** Whether a blob that was on its way had arrived is what the result says. */
    private Map<Sha256, Long> heldBlobs(Op op, OpenRequest open, OpResult result) {
        boolean missing = result.code() == RejectionCode.BLOB_MISSING
                && !blobs.certainlyHeld(open.device(), op, open.event(), open.seenSeq());
        return missing ? Map.of() : blobs.perhapsHeld(open.device(), op);
    }

    private static OpResult rejected(Op op, RejectionCode code, @Nullable Item current) {
        return OpResult.rejected(op.opId(), code, NO_MESSAGE, current);
    }

    private static @Nullable Item live(Op op, Replay.State state) {
        return state.tree().live(op.itemId()).orElse(null);
    }
}
