package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The deciding part of a vault: a state and a request in, events and an answer out. Pure; the actor and the simulator run this
 * same code.
 */
public final class VaultCore {

    private final Limits limits;
    private final long revision;

    public VaultCore(Limits limits) {
        this(limits, 0);
    }

    /** @param revision of the limits: of two the higher is the one that holds */
    public VaultCore(Limits limits, long revision) {
        this.limits = limits;
        this.revision = revision;
    }

    /** With other limits, unless those at hand are newer. */
    public VaultCore limitedBy(Limits other, long otherRevision) {
        return otherRevision < revision ? this : new VaultCore(other, otherRevision);
    }

    /**
     * Evaluates a request: first whether its sender is on this history, then whether the request is newer than all of this sender
     * before, then its ops in order, each on the tree that the one before left.
     *
     * @param now when the server accepts what it accepts; for people
     */
    public VaultOutcome decide(VaultState state, Submission submission, Instant now) {
        MutationsRequest request = submission.request();
        Cursor cursor = request.cursor();
        if (cursor.seq() > state.cursor().seq()) {
            return new VaultOutcome.Diverged();
        }
        Optional<Chain> chain = state.chainAt(cursor.seq()).or(() -> Optional.ofNullable(submission.chainAtCursor()));
        if (chain.isEmpty()) {
            return new VaultOutcome.ChainNeeded(cursor.seq());
        }
        if (!chain.get().equals(cursor.chain())) {
            return new VaultOutcome.Diverged();
        }
        Optional<Long> highest = state.requestNo(submission.deviceId());
        if (highest.isPresent() && request.requestNo() <= highest.get()) {
            return new VaultOutcome.Rewound(highest.get());
        }
        Set<OpId> unknown = unknownOps(state, submission);
        if (!unknown.isEmpty()) {
            return new VaultOutcome.OpsNeeded(unknown);
        }
        return new BatchEvaluation(state, submission, limits, text(now)).run();
    }

    /**
     * The ops that a request names, if neither the state nor what was looked up can say of all of them whether they took effect. Those
     * that the state remembers are among them: it may have forgotten them when the others have been found.
     */
    private static Set<OpId> unknownOps(VaultState state, Submission submission) {
        KnownOps known = submission.knownOps();
        boolean looksBackFarEnough = known != null && known.toSeq() >= state.opsFrom() - 1;
        if (state.opsFrom() <= 1 || looksBackFarEnough) {
            return Set.of();
        }
        Set<OpId> named = NamedOps.of(submission.request());
        return named.stream().allMatch(opId -> state.accepted(opId).isPresent()) ? Set.of() : named;
    }

    /** The event that begins the next epoch. */
    public VaultEvent.EntryCommitted beginEpoch(VaultState state, Instant now) {
        Cursor head = state.cursor();
        Entry entry = new Entry(
                head.seq() + 1,
                head.chain(),
                head.epoch() + 1,
                null,
                null,
                text(now),
                EntryKind.EPOCH,
                Scope.NONE,
                null);
        return new VaultEvent.EntryCommitted(ChainedEntry.after(head.chain(), entry), null);
    }

    /**
     * The events that forget deletions for good, one each with whatever is left of it.
     *
     * @param suggested items that may be tombstones; others are passed over
     * @param deletedUpTo only deletions at or before this seq are forgotten
     */
    public List<VaultEvent.EntryCommitted> purge(
            VaultState state, List<ItemId> suggested, long deletedUpTo, Instant now) {
        List<VaultEvent.EntryCommitted> events = new ArrayList<>();
        Set<Long> deletions = new HashSet<>();
        Cursor head = state.cursor();
        for (ItemId id : suggested) {
            Item tombstone = state.tree().tombstone(id).orElse(null);
            Long deletedAt = tombstone == null ? null : tombstone.deletedAtSeq();
            if (deletedAt != null && deletedAt <= deletedUpTo && deletions.add(deletedAt)) {
                Entry entry = new Entry(
                        head.seq() + 1,
                        head.chain(),
                        head.epoch(),
                        null,
                        null,
                        text(now),
                        EntryKind.PURGE,
                        Scope.ITEM,
                        tombstone);
                ChainedEntry chained = ChainedEntry.after(head.chain(), entry);
                events.add(new VaultEvent.EntryCommitted(chained, null));
                head = chained.entry().cursor();
            }
        }
        return events;
    }

    private static String text(Instant now) {
        return now.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
