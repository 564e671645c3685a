package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultCatalog;
import io.tinysync.engine.vault.VaultSettings;
import io.tinysync.server.identity.Vaults;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Vaults' settings: the policy that each was made with, its quota, and the limits that are the server's for all. */
public final class PostgresCatalog implements VaultCatalog {

    private final Vaults vaults;
    private final Limits limits;
    private final Executor threads;

    /** @param threads for blocking reads */
    public PostgresCatalog(Vaults vaults, Limits limits, Executor threads) {
        this.vaults = vaults;
        this.limits = limits;
        this.threads = threads;
    }

    @Override
    public CompletionStage<VaultSettings> settings(VaultId vaultId) {
        return CompletableFuture.supplyAsync(
                () -> vaults.find(vaultId)
                        .map(vault -> new VaultSettings(
                                vault.namePolicy(),
                                vault.quota().in(limits),
                                vault.quota().revision()))
                        .orElseThrow(() -> new IllegalArgumentException("there is no vault " + vaultId)),
                threads);
    }
}
