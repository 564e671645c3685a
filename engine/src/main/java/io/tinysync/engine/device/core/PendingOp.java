package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.RejectionCode;
import org.jspecify.annotations.Nullable;

/**
 * An intent on its way to the server.
 *
 * @param position its place among the device's pending ops of this vault; rises, with gaps, never reused
 * @param opId durable before the op is first sent, and new whenever the op is decided anew
 * @param intent what was observed
 * @param state where it stands
 * @param wire the op exactly as it was first sent; absent until then
 * @param acceptedSeq of an accepted op's entry
 * @param code the last rejection; with {@link PendingState#WAITING} one that only waiting can answer, such as a full quota
 * @param attempts how often this intent was rejected, op_ids before this one included; never reset
 * @param notBeforeMs clock time, in ms since 1970, before which it is not sent: a temporary name's quiet period, or backoff
 * @param observedMs clock time, in ms since 1970, when the program acted; for the status only
 */
public record PendingOp(
        long position,
        OpId opId,
        Intent intent,
        PendingState state,
        @Nullable Op wire,
        @Nullable Long acceptedSeq,
        @Nullable RejectionCode code,
        int attempts,
        long notBeforeMs,
        long observedMs) {

    /** The item that the intent is about. */
    public ItemId itemId() {
        return intent.itemId();
    }

    /** Whether a rebase may decide it anew. */
    public boolean isIntent() {
        return switch (state) {
            case WAITING, REJECTED -> true;
            case SENT, ACCEPTED -> false;
        };
    }

    /** An op never sent, in its place, with another intent. */
    PendingOp with(OpId newOpId, Intent newIntent) {
        return new PendingOp(
                position,
                newOpId,
                newIntent,
                PendingState.WAITING,
                null,
                null,
                null,
                attempts,
                notBeforeMs,
                observedMs);
    }

    /** The same op, first sent in the given form. */
    public PendingOp sent(Op newWire) {
        return new PendingOp(
                position, opId, intent, PendingState.SENT, newWire, null, null, attempts, notBeforeMs, observedMs);
    }

    /** The same op, answered with a seq. */
    public PendingOp accepted(long seq) {
        return new PendingOp(
                position, opId, intent, PendingState.ACCEPTED, wire, seq, null, attempts, notBeforeMs, observedMs);
    }

    /** The same op, refused; not to be sent before the given time. */
    public PendingOp refused(PendingState newState, RejectionCode newCode, long newNotBeforeMs) {
        return new PendingOp(
                position, opId, intent, newState, wire, null, newCode, attempts + 1, newNotBeforeMs, observedMs);
    }

    /** The same op, as if no server had ever acknowledged what it creates. */
    PendingOp unacknowledged() {
        return intent instanceof Intent.Create create
                ? new PendingOp(
                        position,
                        opId,
                        create.unacknowledged(),
                        state,
                        wire,
                        acceptedSeq,
                        code,
                        attempts,
                        notBeforeMs,
                        observedMs)
                : this;
    }
}
