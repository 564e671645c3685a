package io.tinysync.server.retention;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.StateSaver;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.server.entity.VaultCalls;
import io.tinysync.server.journal.JournalHead;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.projection.ItemsProjection;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Forgets what is older than its window, one vault at a time. What can be forgotten is a head of the log, so that every step may
 * break off and be taken again. Calls block, for as long as it takes to load and save a vault of which there is something to forget.
 */
final class Retention {

    private final JournalHead journal;
    private final ItemsProjection items;
    private final StateSaver saver;
    private final VaultCalls vaults;
    private final RetentionWindows windows;
    private final Metrics metrics;

    Retention(
            JournalHead journal,
            ItemsProjection items,
            StateSaver saver,
            VaultCalls vaults,
            RetentionWindows windows,
            Metrics metrics) {
        this.journal = journal;
        this.items = items;
        this.saver = saver;
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
        List<ItemId> old = oldDeletions(vaults.state(vault), upTo);
        while (!old.isEmpty()) {
            int deletions = vaults.purge(vault, old, upTo);
            if (deletions == 0) {
                throw new IllegalStateException("none of " + old.size() + " deletions was purged");
            }
            metrics.deletionsPurged(deletions);
            old = oldDeletions(vaults.state(vault), upTo);
        }
        journal.purged(vault, upTo);
    }

    /** A tombstone each of as many deletions as one command takes. */
    private static List<ItemId> oldDeletions(VaultState state, long upTo) {
        Map<Long, ItemId> deletions = new HashMap<>();
        Iterator<Item> tombstones = state.tree().tombstones();
        while (tombstones.hasNext() && deletions.size() < VaultCommand.MAX_PURGED) {
            Item tombstone = tombstones.next();
            Long deletedAt = tombstone.deletedAtSeq();
            if (deletedAt != null && deletedAt <= upTo) {
                deletions.put(deletedAt, tombstone.itemId());
            }
        }
        return List.copyOf(deletions.values());
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
            await(saver.save(vault, vaults.state(vault)));
        }
        metrics.entriesDeleted(journal.deleteUpTo(vault, upTo));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }
}
