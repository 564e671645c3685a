package io.tinysync.engine.vault.core;

import static io.tinysync.engine.protocol.RejectionCode.DEPENDENCY_REJECTED;
import static io.tinysync.engine.protocol.RejectionCode.OP_ID_REUSED;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.Decision;
import io.tinysync.engine.tree.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One pass over the ops of a request that is to be evaluated. Used once, by one thread. */
final class BatchEvaluation {

    private final Submission submission;
    private final Limits limits;
    private final String at;
    private final List<VaultEvent.EntryCommitted> events = new ArrayList<>();
    private VaultState state;

    BatchEvaluation(VaultState state, Submission submission, Limits limits, String at) {
        this.state =
                state.withRequestNo(submission.deviceId(), submission.request().requestNo());
        this.submission = submission;
        this.limits = limits;
        this.at = at;
    }

    VaultOutcome.Answered run() {
        List<OpResult> results =
                submission.request().ops().stream().map(this::result).toList();
        return new VaultOutcome.Answered(events, state, new MutationsReply(results));
    }

    private OpResult result(Op op) {
        Sha256 opHash = Sha256.hash(CanonicalRecords.op(op));
        Optional<AcceptedOp> before = accepted(op.opId());
        return before.isPresent() ? repeated(op, opHash, before.get()) : first(op, opHash);
    }

    private OpResult repeated(Op op, Sha256 opHash, AcceptedOp before) {
        @Nullable Item item = state.itemAt(before.seq()).orElse(null);
        if (before.opHash().equals(opHash)) {
            return OpResult.accepted(op.opId(), before.seq(), item);
        }
        String message = "op_id " + op.opId() + " was accepted at seq " + before.seq() + " with another body";
        return OpResult.rejected(
                op.opId(), OP_ID_REUSED, message, state.tree().live(op.itemId()).orElse(null));
    }

    private OpResult first(Op op, Sha256 opHash) {
        for (OpId required : op.requires()) {
            if (accepted(required).isEmpty()) {
                String message = "op " + required + ", which this one requires, was not accepted";
                Item current = state.tree().live(op.itemId()).orElse(null);
                return OpResult.rejected(op.opId(), DEPENDENCY_REJECTED, message, current);
            }
        }
        long seq = state.cursor().seq() + 1;
        Evaluation evaluation = new Evaluation(seq, limits, this::seqOf, submission.heldBlobs());
        return switch (state.tree().decide(op, evaluation)) {
            case Decision.Rejected(var code, var message, var current) ->
                OpResult.rejected(op.opId(), code, message, current);
            case Decision.Accepted accepted -> {
                commit(op, opHash, accepted);
                yield OpResult.accepted(op.opId(), seq, accepted.item());
            }
        };
    }

    /** What the state remembers, and of what it has forgotten, what the log index said. */
    private Optional<AcceptedOp> accepted(OpId opId) {
        KnownOps known = submission.knownOps();
        return state.accepted(opId)
                .or(() -> Optional.ofNullable(known).map(KnownOps::ops).map(ops -> ops.get(opId)));
    }

    private OptionalLong seqOf(OpId opId) {
        return accepted(opId).stream().mapToLong(AcceptedOp::seq).findAny();
    }

    private void commit(Op op, Sha256 opHash, Decision.Accepted accepted) {
        Entry entry = new Entry(
                state.cursor().seq() + 1,
                state.cursor().chain(),
                state.cursor().epoch(),
                op.opId(),
                submission.deviceId(),
                at,
                accepted.kind(),
                accepted.scope(),
                accepted.item());
        VaultEvent.EntryCommitted event = new VaultEvent.EntryCommitted(
                ChainedEntry.after(state.cursor().chain(), entry),
                new VaultEvent.Origin(opHash, submission.request().requestNo()));
        state = state.apply(event);
        events.add(event);
    }
}
