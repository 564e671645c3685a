package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Cursor;

/** The answer to {@link VaultCommand.BeginEpoch}. */
public sealed interface EpochReply permits EpochReply.Begun, Unavailable {

    /** The new epoch's first entry is durable. */
    record Begun(Cursor cursor) implements EpochReply {}
}
