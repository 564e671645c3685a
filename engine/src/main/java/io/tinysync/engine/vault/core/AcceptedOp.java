package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Sha256;

/**
 * What is remembered of an op that took effect.
 *
 * @param seq of its entry
 * @param opHash of its body, as in {@link VaultEvent.Origin}
 */
public record AcceptedOp(long seq, Sha256 opHash) {}
