package io.tinysync.engine.vault;

/**
 * The vault cannot answer now: too many wait, its journal does not answer, or it is being stopped. What was asked may or may not
 * have taken effect; asking again is right and safe.
 *
 * @param reason for logs
 * @param leaving the entity is about to end on this node, and nothing of what was asked has begun: its next incarnation can be asked the
 *     same, with the same request number
 */
public record Unavailable(String reason, boolean leaving)
        implements SubmitReply, HeadReply, TreeReply, StateReply, EpochReply, PurgeReply, LimitsReply, LocateReply {

    public Unavailable(String reason) {
        this(reason, false);
    }

    static Unavailable leaving(String reason) {
        return new Unavailable(reason, true);
    }
}
