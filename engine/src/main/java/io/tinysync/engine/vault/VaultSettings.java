package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;

/**
 * What is fixed about a vault beside its history.
 *
 * @param namePolicy for the vault's life
 * @param limits as long as the vault is in memory; a change takes effect when it is loaded again
 */
public record VaultSettings(NamePolicy namePolicy, Limits limits) {}
