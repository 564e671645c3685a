package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.OpId;
import io.vavr.collection.HashMap;
import io.vavr.collection.Vector;
import java.util.Optional;

/**
 * The accepted ops that a vault remembers by itself: all whose entries have a seq from {@code fromSeq} on; a persistent value. About
 * 250 bytes an op.
 *
 * @param order their ids by seq
 */
record RecentOps(long fromSeq, HashMap<OpId, AcceptedOp> byId, Vector<OpId> order) {

    static final RecentOps NONE = new RecentOps(1, HashMap.empty(), Vector.empty());

    /** None, with those before this seq forgotten. */
    static RecentOps from(long seq) {
        return new RecentOps(seq, HashMap.empty(), Vector.empty());
    }

    int size() {
        return byId.size();
    }

    Optional<AcceptedOp> find(OpId opId) {
        return byId.get(opId).toJavaOptional();
    }

    /** With an op whose seq is above those of all others. */
    RecentOps with(OpId opId, AcceptedOp op) {
        return new RecentOps(fromSeq, byId.put(opId, op), order.append(opId));
    }

    /** Without those before this seq. */
    RecentOps forgettingBefore(long seq) {
        if (seq <= fromSeq) {
            return this;
        }
        HashMap<OpId, AcceptedOp> left = byId;
        int gone = 0;
        while (gone < order.size() && left.get(order.get(gone)).get().seq() < seq) {
            left = left.remove(order.get(gone));
            gone++;
        }
        return new RecentOps(seq, left, order.drop(gone));
    }
}
