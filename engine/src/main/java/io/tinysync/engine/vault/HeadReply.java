package io.tinysync.engine.vault;

/** The answer to {@link VaultCommand.Describe}. */
public sealed interface HeadReply permits HeadReply.Described, Unavailable {

    /** The head as it was at some moment since the request came in. */
    record Described(VaultHead head) implements HeadReply {}
}
