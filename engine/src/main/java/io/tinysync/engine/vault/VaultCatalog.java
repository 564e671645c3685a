package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import java.util.concurrent.CompletionStage;

/** What is known about vaults beside their histories. Safe for any thread. */
public interface VaultCatalog {

    /** A vault's settings; the stage fails if there is no such vault or the answer is unknown. */
    CompletionStage<VaultSettings> settings(VaultId vaultId);
}
