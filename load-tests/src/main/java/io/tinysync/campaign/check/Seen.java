package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;

/** How far the log of a vault has been seen by anybody: requests that are sent later see at least that. */
final class Seen {

    private final FinalLogIndex index;
    private final Replay replay;
    private final Findings findings;
    private long seq;

    Seen(FinalLogIndex index, Replay replay, Findings findings) {
        this.index = index;
        this.replay = replay;
        this.findings = findings;
    }

    long seq() {
        return seq;
    }

    /** An answer shows that the log has come to a seq. */
    void upTo(long shown, String where) {
        long end = index.head().seq();
        if (shown > end) {
            findings.add(
                    Kind.ACKNOWLEDGED_AND_LOST, shown, null, where + " shows this seq, the final log ends at " + end);
        }
        long known = Math.min(shown, end);
        replay.reach(known);
        seq = Math.max(seq, known);
    }
}
