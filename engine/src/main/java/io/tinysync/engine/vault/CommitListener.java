package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import java.util.List;

/**
 * Hears of every commit, once, after it is durable and before its requests are answered. Called by the entity's thread: it returns
 * at once and throws nothing. What it is not told because the process died, or because it was not known whether a commit took place,
 * it is told by the end of the log at which the vault's next incarnation begins.
 */
public interface CommitListener {

    /** An incarnation of the vault has recovered, and will answer from now on: the log ends at {@code head}. */
    void recovered(VaultId vaultId, Cursor head);

    /**
     * The vault's log has grown.
     *
     * @param before where it ended
     * @param entries what follows there, in order; at least one
     * @param trace what the commit is a part of
     */
    void committed(VaultId vaultId, Cursor before, List<ChainedEntry> entries, CommitTrace trace);
}
