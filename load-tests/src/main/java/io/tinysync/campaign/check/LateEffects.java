package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Ops that are in the final log although every request that brought them was refused as a whole, or had been followed by one that said
 * no. Keeps four bytes for each entry, and more only for such ops.
 */
final class LateEffects {

    private final FinalLogIndex index;
    private final Findings findings;
    private final int[] sendings;
    private final Map<OpId, String> doubtful = new HashMap<>();

    LateEffects(FinalLogIndex index, Findings findings) {
        this.index = index;
        this.findings = findings;
        this.sendings = new int[Math.toIntExact(index.highestSeq() + 1)];
    }

    void asked(List<Op> ops) {
        for (Op op : ops) {
            entryOf(op.opId()).ifPresent(seq -> {
                sendings[(int) seq]++;
                doubtful.remove(op.opId());
            });
        }
    }

    /** A request was answered, and in it this op was rejected. */
    void rejected(OpId opId, long requestNo) {
        if (entryOf(opId).isPresent()) {
            doubtful.put(opId, "it was rejected in request " + requestNo + " and not sent again");
        }
    }

    /** A request was answered, and in it this op was accepted: also after it was rejected there with another body. */
    void accepted(OpId opId) {
        doubtful.remove(opId);
    }

    /** None of these ops was evaluated for this request. */
    void refused(List<Op> ops) {
        for (Op op : ops) {
            OptionalLong seq = entryOf(op.opId());
            if (seq.isPresent() && --sendings[(int) seq.getAsLong()] == 0) {
                doubtful.put(op.opId(), "every request that brought it was refused as a whole");
            }
        }
    }

    void finish() {
        doubtful.forEach((opId, why) ->
                findings.add(Kind.LATE_EFFECT, index.seqOf(opId).orElseThrow(), opId, "it took effect, but " + why));
    }

    private OptionalLong entryOf(OpId opId) {
        return index.seqOf(opId);
    }
}
