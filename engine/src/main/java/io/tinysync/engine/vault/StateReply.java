package io.tinysync.engine.vault;

import io.tinysync.engine.vault.core.VaultState;

/** The answer to {@link VaultCommand.ReadState}; stays on its node. */
public sealed interface StateReply permits StateReply.Read, Unavailable {

    /** The state as it was at some moment since the request came in; all of it is in the journal. */
    record Read(VaultState state) implements StateReply {}
}
