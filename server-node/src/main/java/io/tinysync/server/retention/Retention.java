package io.tinysync.server.retention;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.PurgeReply;
import io.tinysync.engine.vault.StateReply;
import io.tinysync.engine.vault.StateSaver;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.VaultEntity;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.server.journal.JournalHead;
import io.tinysync.server.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.japi.function.Function;

/**
 * Forgets what is older than its window, one vault at a time. What can be forgotten is a head of the log, so that every step may
 * break off and be taken again. Calls block, for as long as it takes to load and save a vault of which there is something to forget.
 */
final class Retention {

    /** Loading a large vault, or writing and proving its state. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final JournalHead journal;
    private final StateSaver saver;
    private final ClusterSharding sharding;
    private final RetentionWindows windows;
    private final Metrics metrics;

    Retention(
            JournalHead journal,
            StateSaver saver,
            ClusterSharding sharding,
            RetentionWindows windows,
            Metrics metrics) {
        this.journal = journal;
        this.saver = saver;
        this.sharding = sharding;
        this.windows = windows;
        this.metrics = metrics;
    }

    void run(VaultId vault, Instant now) {
        journal.catchUp(vault);
        purge(vault, journal.olderThan(vault, now.minus(windows.tombstones())));
        trim(vault, journal.olderThan(vault, now.minus(windows.log())));
    }

    /** Has the vault forget the deletions at or before a seq. */
    private void purge(VaultId vault, long upTo) {
        if (upTo <= journal.purgedTo(vault)) {
            return;
        }
        List<ItemId> old = oldDeletions(state(vault), upTo);
        while (!old.isEmpty()) {
            List<ItemId> suggested = old;
            PurgeReply reply = ask(vault, replyTo -> new VaultCommand.Purge(suggested, upTo, replyTo));
            switch (reply) {
                case PurgeReply.Purged(int deletions)
                when deletions == 0 ->
                    throw new IllegalStateException("none of " + suggested.size() + " deletions was purged");
                case PurgeReply.Purged(int deletions) -> metrics.deletionsPurged(deletions);
                case Unavailable(String reason) -> throw new IllegalStateException(reason);
            }
            old = oldDeletions(state(vault), upTo);
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

    /** Deletes the entries up to a seq, as far as proven states allow it; saves one first if there is none so far. */
    private void trim(VaultId vault, long upTo) {
        if (upTo < journal.minRetainedSeq(vault)) {
            return;
        }
        OptionalLong proven = journal.newestProvenState(vault);
        if (proven.isEmpty() || proven.getAsLong() < upTo) {
            await(saver.save(vault, state(vault)));
        }
        metrics.entriesDeleted(journal.deleteUpTo(vault, upTo));
    }

    private VaultState state(VaultId vault) {
        StateReply reply = ask(vault, VaultCommand.ReadState::new);
        return switch (reply) {
            case StateReply.Read(VaultState state) -> state;
            case Unavailable(String reason) -> throw new IllegalStateException(reason);
        };
    }

    private <T> T ask(VaultId vault, Function<ActorRef<T>, VaultCommand> command) {
        return await(sharding.entityRefFor(VaultEntity.KEY, vault.toString()).ask(command, PATIENCE));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }
}
