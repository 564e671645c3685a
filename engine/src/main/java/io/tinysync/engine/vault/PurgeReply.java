package io.tinysync.engine.vault;

/** The answer to {@link VaultCommand.Purge}. */
public sealed interface PurgeReply permits PurgeReply.Purged, Unavailable {

    /** So many deletions were forgotten, durably, each with all that is left of it. */
    record Purged(int deletions) implements PurgeReply {}
}
