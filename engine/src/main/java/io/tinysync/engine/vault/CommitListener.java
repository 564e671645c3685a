package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;

/**
 * Hears of every commit, once, after it is durable and before its requests are answered. Called by the entity's thread: it returns
 * at once and throws nothing. What it is not told because the process died, it is not told later.
 */
@FunctionalInterface
public interface CommitListener {

    /** The vault's log has grown to {@code head}. */
    void committed(VaultId vaultId, Cursor head);
}
