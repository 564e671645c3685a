package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.KnownOps;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What is kept of every entry of a vault for as long as the vault, also when the entry itself is no longer in the journal: its
 * chain, and which op it answers. It has every entry up to some seq, and none above. Safe for any thread.
 */
public interface LogIndex {

    /** Up to where it has every entry; 0 if it has none. One indexed read. */
    CompletionStage<Long> indexedSeq(VaultId vaultId);

    /** Takes in what the journal has above that, a bounded part of it at a time; up to where it then has every entry. */
    CompletionStage<Long> catchUp(VaultId vaultId);

    /** Which of these ops took effect, as one consistent answer. */
    CompletionStage<KnownOps> find(VaultId vaultId, Set<OpId> ops);
}
