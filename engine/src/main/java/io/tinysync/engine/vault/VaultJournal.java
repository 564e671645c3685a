package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.VaultId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads of the journal beside the entity's own. Every read sees all that was committed when it began. A stage that fails means
 * unknown, never absent. Safe for any thread.
 */
public interface VaultJournal {

    /** The seq of the newest entry in the journal; 0 if there is none. One indexed read. */
    CompletionStage<Long> highestSeq(VaultId vaultId);

    /** The chain of the entry at a seq from 1; empty if the journal has none there. */
    CompletionStage<Optional<Chain>> chainAt(VaultId vaultId, long seq);
}
