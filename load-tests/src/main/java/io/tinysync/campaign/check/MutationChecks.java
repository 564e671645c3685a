package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.RejectionCode;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;

/** What is checked of mutations requests and their answers. */
final class MutationChecks {

    private final FinalLogIndex index;
    private final Replay replay;
    private final Senders senders;
    private final Seen seen;
    private final Findings findings;
    private final LateEffects late;
    private final BatchJudge judge;
    private final BitSet acknowledged = new BitSet();

    MutationChecks(FinalLogIndex index, Replay replay, Senders senders, Seen seen, Findings findings) {
        this.index = index;
        this.replay = replay;
        this.senders = senders;
        this.seen = seen;
        this.findings = findings;
        this.late = new LateEffects(index, findings);
        this.judge = new BatchJudge(replay, senders.blobs());
    }

    void asked(OpenRequest open, MutationsRequest request) {
        senders.numbers().asked(open.device(), request.requestNo());
        senders.ops().add(open.device(), request, replay.head().seq());
        late.asked(request.ops());
        replay.advance();
    }

    void answered(OpenRequest open, MutationsRequest request, List<OpResult> results) {
        List<OpId> asked = request.ops().stream().map(Op::opId).toList();
        if (!results.stream().map(OpResult::opId).toList().equals(asked)) {
            findings.add(Kind.RESULTS_MISFIT, null, asked.getFirst(), "the results are not one for each op, in order");
            return;
        }
        position(open, request);
        if (acknowledgements(results)) {
            judge(open, request, results);
        }
        results.forEach(result -> note(result, request.requestNo()));
        senders.numbers().answered(open.device(), request.requestNo());
    }

    /** Whether the request was to be evaluated at all. */
    private void position(OpenRequest open, MutationsRequest request) {
        Cursor cursor = request.cursor();
        if (!index.mayHold(cursor.seq(), cursor.chain())) {
            findings.add(
                    Kind.UNJUSTIFIED_ACCEPTANCE,
                    cursor.seq(),
                    request.ops().getFirst().opId(),
                    "the request was evaluated, though its cursor is not on this history");
        }
        if (request.requestNo() <= open.highestAnswered()) {
            findings.add(
                    Kind.LATE_EFFECT,
                    null,
                    request.ops().getFirst().opId(),
                    "request " + request.requestNo() + " was evaluated after request " + open.highestAnswered()
                            + " of the same device");
        }
    }

    /** Whether every acknowledged op is in the log where its answer says. */
    private boolean acknowledgements(List<OpResult> results) {
        boolean all = true;
        for (OpResult result : results) {
            Long seq = result.seq();
            if (seq != null && result.status() == OpResult.Status.ACCEPTED && seq >= index.firstSeq()) {
                all &= acknowledgement(result.opId(), seq);
            }
        }
        return all;
    }

    private boolean acknowledgement(OpId opId, long seq) {
        OptionalLong entry = index.seqOf(opId);
        if (entry.isEmpty()) {
            findings.add(Kind.ACKNOWLEDGED_AND_LOST, seq, opId, "the op was acknowledged and is not in the final log");
            return false;
        }
        seen.upTo(entry.getAsLong(), "an acknowledgement");
        if (entry.getAsLong() != seq) {
            Kind kind = acknowledged.get((int) entry.getAsLong()) ? Kind.ANSWER_CHANGED : Kind.WRONG_SEQ;
            findings.add(kind, seq, opId, "acknowledged at this seq, in the final log at " + entry.getAsLong());
            return false;
        }
        return true;
    }

    private void judge(OpenRequest open, MutationsRequest request, List<OpResult> results) {
        replay.advance();
        if (!replay.isUsable()) {
            return;
        }
        judge.judge(open, request, results).ifPresent(mismatch -> {
            OpResult result = results.get(mismatch.op());
            String sentence = "answered " + text(result) + "; of the states from seq " + open.seenSeq() + " to "
                    + replay.head().seq() + " that the request can have met none explains it, at seq "
                    + mismatch.stateSeq() + " the answer is " + text(mismatch.expected());
            findings.add(kind(result, mismatch.expected()), mismatch.stateSeq(), result.opId(), sentence);
        });
    }

    private Kind kind(OpResult result, OpResult expected) {
        if (result.status() == OpResult.Status.ACCEPTED) {
            return expected.status() == OpResult.Status.ACCEPTED ? Kind.WRONG_EFFECT : Kind.UNJUSTIFIED_ACCEPTANCE;
        }
        OptionalLong entry = index.seqOf(result.opId());
        boolean repeated = expected.status() == OpResult.Status.ACCEPTED
                && entry.isPresent()
                && acknowledged.get((int) entry.getAsLong());
        return repeated ? Kind.ANSWER_CHANGED : Kind.UNJUSTIFIED_REJECTION;
    }

    private static String text(OpResult result) {
        Object what = result.status() == OpResult.Status.ACCEPTED ? "accepted at " + result.seq() : result.code();
        return what + (result.item() == null ? " without an item" : " with " + result.item());
    }

    private void note(OpResult result, long requestNo) {
        if (result.status() == OpResult.Status.ACCEPTED) {
            index.seqOf(result.opId()).ifPresent(seq -> acknowledged.set((int) seq));
            late.accepted(result.opId());
        } else if (result.code() != RejectionCode.OP_ID_REUSED) {
            late.rejected(result.opId(), requestNo);
        }
    }

    void refused(OpenRequest open, MutationsRequest request, Problem problem) {
        switch (problem.code()) {
            case LOG_DIVERGED -> {
                Cursor cursor = request.cursor();
                if (cursor.seq() <= open.seenSeq() && index.holds(cursor.seq(), cursor.chain())) {
                    unjustified(request, problem, "its cursor " + cursor + " is on this history");
                }
                late.refused(request.ops());
            }
            case DEVICE_REWOUND -> {
                if (request.requestNo() > open.highestAsked()) {
                    unjustified(request, problem, "the highest number before was " + open.highestAsked());
                }
                late.refused(request.ops());
            }
            case BAD_REQUEST, TOO_LARGE, UNSUPPORTED_PROTOCOL -> late.refused(request.ops());
            case UNAUTHORIZED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    ALREADY_EXISTS,
                    HASH_MISMATCH,
                    OFFSET_MISMATCH,
                    RANGE_NOT_SATISFIABLE,
                    LOG_TRUNCATED,
                    TOO_MANY_REQUESTS,
                    TOO_MANY_UPLOADS,
                    UNAVAILABLE,
                    INSUFFICIENT_STORAGE,
                    INTERNAL_ERROR,
                    UNKNOWN -> {
                // Whether anything took effect stays unknown: access may have ended, or the answer been lost, after
                // that.
            }
        }
    }

    private void unjustified(MutationsRequest request, Problem problem, String why) {
        findings.add(
                Kind.UNJUSTIFIED_REFUSAL,
                null,
                request.ops().getFirst().opId(),
                "request " + request.requestNo() + " was refused as " + problem.code() + ", but " + why);
    }

    void finish() {
        late.finish();
    }
}
