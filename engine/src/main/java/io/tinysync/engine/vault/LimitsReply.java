package io.tinysync.engine.vault;

/** The answer to {@link VaultCommand.SetLimits}. */
public sealed interface LimitsReply permits LimitsReply.Set, Unavailable {

    /** They hold, or later ones do. */
    record Set() implements LimitsReply {}
}
