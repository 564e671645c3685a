package io.tinysync.engine.protocol;

import java.util.List;

/**
 * Entries after a cursor, in order.
 *
 * @param epoch the vault's current one
 * @param headSeq the newest entry's number when the page was read
 * @param minRetainedSeq the oldest entry still served
 * @param entries none if the cursor is at the head; at most {@link Limits#MAX_LOG_PAGE}
 */
public record LogPage(long epoch, long headSeq, long minRetainedSeq, List<Entry> entries) {
    public LogPage {
        entries = List.copyOf(Require.present(entries, "entries"));
    }
}
