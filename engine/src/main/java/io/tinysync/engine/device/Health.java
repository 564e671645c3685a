package io.tinysync.engine.device;

import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Sha256;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the last attempts to reach the server came to. Confined to the guardian. */
final class Health {

    /**
     * The server does not answer.
     *
     * @param sinceMs clock time of the first failure in a row, in ms since 1970; for people only
     */
    private record Unreachable(long sinceMs, String why) {}

    private @Nullable Unreachable unreachable;
    private Answers.@Nullable Refused denied;
    private @Nullable String broken;
    private final Map<Sha256, String> notFetched = new LinkedHashMap<>();

    /** The server answered; returns whether access had been lost until now. */
    boolean reached() {
        boolean returned = denied != null && denied.isAccessLost();
        unreachable = null;
        denied = null;
        broken = null;
        return returned;
    }

    void unreachable(String why, long nowMs) {
        unreachable = new Unreachable(unreachable == null ? nowMs : unreachable.sinceMs(), why);
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

    /** A content did not come. That the server is not reached is no fault of the content's. */
    void notFetched(Sha256 sha256, HydrationResult.Failed why) {
        switch (why.reason()) {
            case MISSING, REFUSED, CORRUPT, NO_SPACE -> {
                if (notFetched.size() < SyncStatus.MAX_ERRORS) {
                    notFetched.put(sha256, "content not fetched: " + why.message());
                }
            }
            case UNREACHABLE, TIMED_OUT, STOPPING -> {}
        }
    }

    /** A content came. */
    void fetched(Sha256 sha256) {
        notFetched.remove(sha256);
    }

    SyncStatus status(Standing standing) {
        SyncPosition position = standing.position();
        return new SyncStatus(
                state(standing),
                position.cursor().seq(),
                position.headSeq(),
                standing.pending().ops(),
                standing.pending().bytes(),
                standing.pending().oldestObservedMs(),
                standing.conflicts(),
                standing.localOnly(),
                standing.held(),
                denied != null && denied.isAccessLost(),
                errors(standing));
    }

    private List<String> errors(Standing standing) {
        List<String> errors = new ArrayList<>();
        if (broken != null) {
            errors.add(broken);
        }
        if (denied != null) {
            errors.add(
                    denied.isAccessLost()
                            ? "access lost (" + denied.message() + "): the drive is read-only, everything stays"
                            : denied.message());
        }
        if (unreachable != null) {
            Instant since = Instant.ofEpochMilli(unreachable.sinceMs()).truncatedTo(ChronoUnit.SECONDS);
            errors.add("unreachable since " + since + ": " + unreachable.why());
        }
        errors.addAll(notFetched.values());
        errors.addAll(standing.stuck());
        return errors;
    }

    private SyncStatus.State state(Standing standing) {
        if (denied != null
                || broken != null
                || !notFetched.isEmpty()
                || !standing.stuck().isEmpty()) {
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
