package io.tinysync.engine.vault;

import io.tinysync.engine.vault.core.Submission;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a vault's entity is asked. Every command but {@link Stop} is answered once, or never if the entity's node dies: askers set
 * a time limit.
 *
 * <p>{@link Submit}, {@link Describe} and {@link BeginEpoch} and their answers may cross nodes, in frames of less than 256 KiB:
 * the sender of a larger request sends it to the node of the entity by other means. The others stay on their node.
 */
public sealed interface VaultCommand
        permits VaultCommand.Submit,
                VaultCommand.Describe,
                VaultCommand.BeginEpoch,
                VaultCommand.ReadTree,
                VaultCommand.Stop,
                VaultSignal {

    /** Evaluates a request's ops. */
    record Submit(Submission submission, ActorRef<SubmitReply> replyTo) implements VaultCommand {}

    /** Asks for position and size. */
    record Describe(ActorRef<HeadReply> replyTo) implements VaultCommand {}

    /** Begins a new epoch; each command begins one. */
    record BeginEpoch(ActorRef<EpochReply> replyTo) implements VaultCommand {}

    /** Asks for the tree itself, by reference. */
    record ReadTree(ActorRef<TreeReply> replyTo) implements VaultCommand {}

    /** Ends the entity after what it is doing; sharding sends it. */
    record Stop() implements VaultCommand {}
}
