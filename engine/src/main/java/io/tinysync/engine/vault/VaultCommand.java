package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.vault.core.Submission;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a vault's entity is asked. Every {@link Request} is answered once, or never if the entity or its node ends before it is read:
 * askers set a time limit.
 *
 * <p>{@link Locate}, {@link Submit}, {@link Describe}, {@link BeginEpoch} and {@link SetLimits} and their answers may cross nodes, in frames of less than 256 KiB:
 * who has more to send reaches the entity's node by other means. {@link ReadTree}, {@link ReadState}, {@link Purge} and their answers stay on one node.
 */
public sealed interface VaultCommand permits VaultCommand.Request, VaultCommand.Stop, VaultSignal {

    /** Deletions in one {@link Purge}: a group of commits stays short. */
    int MAX_PURGED = 256;

    /** A command that is answered, with {@link Unavailable} at least. */
    sealed interface Request extends VaultCommand {
        ActorRef<? super Unavailable> replyTo();
    }

    /** Evaluates a request's ops. */
    record Submit(Submission submission, Origin origin, ActorRef<SubmitReply> replyTo) implements Request {

        /** The same request, of which more is known. */
        Submit with(Submission complete) {
            return new Submit(complete, origin, replyTo);
        }
    }

    /** Asks on which node the entity is; answered at once, whatever the entity is doing. */
    record Locate(ActorRef<LocateReply> replyTo) implements Request {}

    /** Asks for position and size. */
    record Describe(ActorRef<HeadReply> replyTo) implements Request {}

    /** Begins a new epoch; each command begins one. */
    record BeginEpoch(ActorRef<EpochReply> replyTo) implements Request {}

    /** Asks for the tree itself, by reference. */
    record ReadTree(ActorRef<TreeReply> replyTo) implements Request {}

    /** Asks for the whole state, by reference. */
    record ReadState(ActorRef<StateReply> replyTo) implements Request {}

    /**
     * Forgets deleted items for good, each with all that went with it: those that are tombstones of a deletion at or before a seq.
     *
     * @param suggested at most {@link #MAX_PURGED}; what the vault finds to be no such tombstone stays
     */
    record Purge(List<ItemId> suggested, long deletedUpTo, ActorRef<PurgeReply> replyTo) implements Request {
        public Purge {
            suggested = List.copyOf(suggested);
        }
    }

    /** Has limits hold from now on, unless later ones do already. */
    record SetLimits(Limits limits, long revision, ActorRef<LimitsReply> replyTo) implements Request {}

    /** Ends the entity after the commit in flight; sharding sends it. */
    record Stop() implements VaultCommand {}
}
