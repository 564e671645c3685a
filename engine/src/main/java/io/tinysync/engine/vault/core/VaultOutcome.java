package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.OpId;
import java.util.List;
import java.util.Set;

/** What a vault makes of a submission; nothing of it is true before its events are in the journal. */
public sealed interface VaultOutcome {

    /**
     * The ops were evaluated.
     *
     * @param events to be written, in order, as one unit; none if no op took effect now
     * @param next the state after the events, with the request's number noted
     * @param reply one result per op, to be sent once the events are written and the number is durable
     */
    record Answered(List<VaultEvent.EntryCommitted> events, VaultState next, MutationsReply reply)
            implements VaultOutcome {
        public Answered {
            events = List.copyOf(events);
        }
    }

    /** The device's cursor is not on this history, or above its head: nothing was evaluated. */
    record Diverged() implements VaultOutcome {}

    /** The request's number is not above the highest known of this device: nothing was evaluated. */
    record Rewound(long highestRequestNo) implements VaultOutcome {}

    /** The cursor is older than what the state remembers: ask again with the journal's chain at that seq. */
    record ChainNeeded(long seq) implements VaultOutcome {}

    /** The request names ops that the state does not remember: ask again with what the log index says of them. */
    record OpsNeeded(Set<OpId> ops) implements VaultOutcome {
        public OpsNeeded {
            ops = Set.copyOf(ops);
        }
    }
}
