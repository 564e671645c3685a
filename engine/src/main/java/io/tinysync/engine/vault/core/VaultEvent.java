package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Sha256;
import org.jspecify.annotations.Nullable;

/** What a vault's journal holds. The event's sequence number is its entry's seq. */
public sealed interface VaultEvent {

    /**
     * An entry was added to the log.
     *
     * @param chained the entry with its chain
     * @param origin the request that it comes from; absent for what the server does itself
     */
    record EntryCommitted(ChainedEntry chained, @Nullable Origin origin) implements VaultEvent {

        public Entry entry() {
            return chained.entry();
        }
    }

    /**
     * What exactly-once needs to know of the request behind an entry.
     *
     * @param opHash SHA-256 of the whole op's RFC 8785 JSON; tells a repeat from another op with the same id
     * @param requestNo of the request that brought it
     */
    record Origin(Sha256 opHash, long requestNo) {}
}
