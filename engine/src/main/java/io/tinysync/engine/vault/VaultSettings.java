package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;

/**
 * What is known about a vault beside its history.
 *
 * @param namePolicy for the vault's life
 * @param limits until {@link VaultCommand.SetLimits}
 * @param limitsRevision how often they were set
 */
public record VaultSettings(NamePolicy namePolicy, Limits limits, long limitsRevision) {}
