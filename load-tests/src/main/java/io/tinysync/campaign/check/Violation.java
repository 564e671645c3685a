package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import org.jspecify.annotations.Nullable;

/**
 * Something in a history that cannot have come from a server that keeps its promises.
 *
 * @param seq where in the vault's log, if it is about a place there
 * @param opId of the op that it is about, if any
 * @param sentence what was found and what it contradicts, for people
 */
public record Violation(
        Kind kind,
        VaultId vault,
        @Nullable Long seq,
        @Nullable OpId opId,
        String sentence) {

    public enum Kind {
        /** The final log lacks a seq. */
        SEQ_GAP,
        /** The final log has a seq twice, or goes back. */
        SEQ_REPEATED,
        /** A chain does not follow from the one before and its entry. */
        CHAIN_BROKEN,
        /** An op_id has two entries. */
        OP_TWICE,
        /** An epoch begins without an entry for it, or with a number that does not follow. */
        EPOCH,
        /** An entry's op was not sent by anybody, or not before it was seen. */
        OP_NOT_SENT,
        /** An entry's op was sent, but not by the device that the entry names. */
        WRONG_DEVICE,
        /** An entry, or the item in an answer, is not what the op's body makes of the state before it. */
        WRONG_EFFECT,
        /** An entry cannot follow the tree before it. */
        ENTRY_MISFITS,
        /** An op took effect although its precondition did not hold. */
        UNJUSTIFIED_ACCEPTANCE,
        /** An op was rejected, and no state that the request can have met explains it. */
        UNJUSTIFIED_REJECTION,
        /** A request was refused as a whole without a reason. */
        UNJUSTIFIED_REFUSAL,
        /** An op took effect out of a request that was refused, or that its device had gone on from. */
        LATE_EFFECT,
        /** An acknowledged op is not in the final log, or a seq was seen that is beyond its end. */
        ACKNOWLEDGED_AND_LOST,
        /** An op was acknowledged at another seq than that of its entry. */
        WRONG_SEQ,
        /** An acknowledged op was answered otherwise when it was repeated. */
        ANSWER_CHANGED,
        /** An answer's results are not one for each op. */
        RESULTS_MISFIT,
        /** A log page brought a device what it had been given before. */
        PAGE_BACKWARDS,
        /** A log page does not continue its cursor, or is not what the final log says. */
        PAGE_DIFFERS,
        /** A request did not see what an earlier finished one had seen. */
        STALE_READ,
        /** A head's epoch or numbers are not those of the state at its seq. */
        HEAD_DIFFERS,
        /** A snapshot is not the tree at its seq. */
        SNAPSHOT_DIFFERS,
        /** A device's tree at the end is not the server's. */
        TREE_DIFFERS
    }

    @Override
    public String toString() {
        String where = seq == null ? "" : " seq " + seq;
        String what = opId == null ? "" : " op " + opId;
        return kind + ": vault " + vault + where + what + ": " + sentence;
    }
}
