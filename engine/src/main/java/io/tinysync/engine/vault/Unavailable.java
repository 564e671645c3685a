package io.tinysync.engine.vault;

/**
 * The vault cannot answer now: too many wait, its journal does not answer, or it is being stopped. What was asked may or may not
 * have taken effect; asking again is right and safe.
 *
 * @param reason for logs
 */
public record Unavailable(String reason)
        implements SubmitReply, HeadReply, TreeReply, StateReply, EpochReply, PurgeReply {}
