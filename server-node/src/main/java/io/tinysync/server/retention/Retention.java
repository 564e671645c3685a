package io.tinysync.server.retention;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.journal.JournalHead;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.projection.ItemsProjection;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Forgets what is older than its window, one vault at a time. What can be forgotten is a head of the log, so that every step may
 * break off and be taken again. Calls block, for as long as it takes to load and save a vault of which there is something to forget.
 */
final class Retention {

    private final JournalHead journal;
    private final ItemsProjection items;
    private final VaultWork vaults;
    private final RetentionWindows windows;
    private final Metrics metrics;

    Retention(JournalHead journal, ItemsProjection items, VaultWork vaults, RetentionWindows windows, Metrics metrics) {
        this.journal = journal;
        this.items = items;
        this.vaults = vaults;
        this.windows = windows;
        this.metrics = metrics;
    }

    void run(VaultId vault, Instant now) {
        journal.catchUp(vault);
        items.catchUp(vault);
        purge(vault, now.minus(windows.tombstones()));
        trim(vault, now.minus(windows.log()));
    }

    /** Has the vault forget the deletions before a time. */
    private void purge(VaultId vault, Instant time) {
        long purgedTo = journal.purgedTo(vault);
        long upTo = journal.olderThan(vault, purgedTo, time);
        if (upTo == purgedTo) {
            return;
        }
        metrics.deletionsPurged(vaults.purge(vault, upTo));
        journal.purged(vault, upTo);
    }

    /** Deletes the entries before a time, as far as proven states allow it; saves one first if there is none so far. */
    private void trim(VaultId vault, Instant time) {
        long gone = journal.minRetainedSeq(vault) - 1;
        long upTo = journal.olderThan(vault, gone, time);
        if (upTo == gone) {
            return;
        }
        OptionalLong proven = journal.newestProvenState(vault);
        if (proven.isEmpty() || proven.getAsLong() < upTo) {
            vaults.save(vault);
        }
        metrics.entriesDeleted(journal.deleteUpTo(vault, upTo));
    }
}
