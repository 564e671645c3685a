package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The deciding part of a vault: a state and a request in, events and an answer out. Pure; the actor and the simulator run this
 * same code.
 */
public final class VaultCore {

    private final Limits limits;

    public VaultCore(Limits limits) {
        this.limits = limits;
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
        return new BatchEvaluation(state, submission, limits, text(now)).run();
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

    private static String text(Instant now) {
        return now.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
