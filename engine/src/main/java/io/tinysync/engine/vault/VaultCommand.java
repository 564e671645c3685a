package io.tinysync.engine.vault;

import io.tinysync.engine.vault.core.Submission;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a vault's entity is asked. Every {@link Request} is answered once, or never if the entity or its node ends before it is read:
 * askers set a time limit.
 *
 * <p>{@link Submit}, {@link Describe} and {@link BeginEpoch} and their answers may cross nodes, in frames of less than 256 KiB:
 * who has more to send reaches the entity's node by other means. {@link ReadTree} and its answer stay on one node.
 */
public sealed interface VaultCommand permits VaultCommand.Request, VaultCommand.Stop, VaultSignal {

    /** A command that is answered, with {@link Unavailable} at least. */
    sealed interface Request extends VaultCommand {
        ActorRef<? super Unavailable> replyTo();
    }

    /** Evaluates a request's ops. */
    record Submit(Submission submission, ActorRef<SubmitReply> replyTo) implements Request {}

    /** Asks for position and size. */
    record Describe(ActorRef<HeadReply> replyTo) implements Request {}

    /** Begins a new epoch; each command begins one. */
    record BeginEpoch(ActorRef<EpochReply> replyTo) implements Request {}

    /** Asks for the tree itself, by reference. */
    record ReadTree(ActorRef<TreeReply> replyTo) implements Request {}

    /** Ends the entity after the commit in flight; sharding sends it. */
    record Stop() implements VaultCommand {}
}
