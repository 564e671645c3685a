package io.tinysync.engine.device;

import io.tinysync.engine.device.core.SyncPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the last attempts to reach the server came to. Confined to the guardian. */
final class Health {

    private @Nullable String unreachable;
    private Answers.@Nullable Refused denied;
    private @Nullable String broken;

    /** The server answered; returns whether access had been lost until now. */
    boolean reached() {
        boolean returned = denied != null && denied.isAccessLost();
        unreachable = null;
        denied = null;
        broken = null;
        return returned;
    }

    void unreachable(String why) {
        unreachable = why;
    }

    boolean isUnreachable() {
        return unreachable != null;
    }

    void denied(Answers.Refused answer) {
        denied = answer;
        unreachable = null;
    }

    void broken(String what) {
        broken = what;
    }

    SyncStatus status(SyncWaits.Standing standing) {
        SyncPosition position = standing.position();
        List<String> errors = new ArrayList<>(standing.refused());
        if (denied != null) {
            errors.addFirst(denied.code() + ": " + denied.message());
        }
        if (broken != null) {
            errors.addFirst(broken);
        }
        return new SyncStatus(
                state(standing),
                position.cursor().seq(),
                position.headSeq(),
                standing.pending().ops(),
                standing.pending().bytes(),
                standing.pending().oldestObservedMs(),
                position.conflictCopies(),
                denied != null && denied.isAccessLost(),
                errors.subList(0, Math.min(errors.size(), SyncStatus.MAX_ERRORS)));
    }

    private SyncStatus.State state(SyncWaits.Standing standing) {
        if (denied != null || broken != null || !standing.refused().isEmpty()) {
            return SyncStatus.State.ERROR;
        }
        if (unreachable != null) {
            return SyncStatus.State.OFFLINE;
        }
        SyncPosition position = standing.position();
        boolean behind = position.cursor().seq() < position.headSeq();
        return standing.isAcknowledged() && !behind ? SyncStatus.State.IDLE : SyncStatus.State.SYNCING;
    }
}
