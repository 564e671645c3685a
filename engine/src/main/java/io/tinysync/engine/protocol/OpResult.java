package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The vault's answer to one op.
 *
 * @param opId the op
 * @param status whether it took effect, now or when it was first sent
 * @param seq of an accepted op's entry
 * @param item after an accepted op; the current one, where there is one, with a rejection
 * @param code of a rejection
 * @param message of a rejection, for people
 */
public record OpResult(
        OpId opId,
        Status status,
        @Nullable Long seq,
        @Nullable Item item,
        @Nullable RejectionCode code,
        @Nullable String message) {

    /** Whether an op took effect. */
    public enum Status {
        @JsonProperty("accepted")
        ACCEPTED,
        @JsonProperty("rejected")
        REJECTED
    }

    public OpResult {
        Require.present(opId, "op_id");
        Require.present(status, "status");
        switch (status) {
            case ACCEPTED -> Require.present(seq, "seq");
            case REJECTED -> Require.present(code, "code");
        }
    }

    public static OpResult accepted(OpId opId, long seq, @Nullable Item item) {
        return new OpResult(opId, Status.ACCEPTED, seq, item, null, null);
    }

    public static OpResult rejected(OpId opId, RejectionCode code, String message, @Nullable Item current) {
        return new OpResult(opId, Status.REJECTED, null, current, code, message);
    }
}
