package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The bodies of those ops of the final log that were sent and whose entries are not reached yet. The bodies of ops that never took
 * effect are of no use to anybody and not kept.
 */
final class SentOps {

    /**
     * One op as devices have sent it.
     *
     * @param highestRequestNo of the requests that brought it
     */
    record Sent(DeviceId device, Op op, Sha256 bodyHash, long highestRequestNo) {}

    private final FinalLogIndex log;
    private final Map<OpId, List<Sent>> waiting = new HashMap<>();

    SentOps(FinalLogIndex log) {
        this.log = log;
    }

    static Sha256 bodyHash(Op op) {
        return Sha256.hash(Json.canonical(op));
    }

    /**
     * Takes the ops of a request.
     *
     * @param reachedSeq ops up to there have their entries behind them
     */
    void add(DeviceId device, MutationsRequest request, long reachedSeq) {
        for (Op op : request.ops()) {
            OptionalLong seq = log.seqOf(op.opId());
            if (seq.isPresent() && seq.getAsLong() > reachedSeq) {
                List<Sent> variants = waiting.computeIfAbsent(op.opId(), id -> new ArrayList<>(1));
                Sent sent = new Sent(device, op, bodyHash(op), request.requestNo());
                variants.removeIf(known ->
                        known.device().equals(device) && known.bodyHash().equals(sent.bodyHash()));
                variants.add(sent);
            }
        }
    }

    /** What was sent under that id so far. */
    List<Sent> variants(OpId opId) {
        return waiting.getOrDefault(opId, List.of());
    }

    /** Lets go of what is not needed once the op's entry is reached. */
    void reached(OpId opId) {
        waiting.remove(opId);
    }
}
