package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.Submission;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;

/**
 * What the phases of one vault's entity share: its context, its ports, the requests that wait. Confined to the entity's thread.
 */
record EntityParts(ActorContext<VaultCommand> context, VaultId vaultId, VaultPorts ports, WaitingRoom waiting) {

    /** A port that takes longer counts as failed; a read of one row takes a millisecond. */
    private static final Duration PORT_PATIENCE = Duration.ofSeconds(10);

    Logger log() {
        return context.getLog();
    }

    ActorRef<VaultCommand> self() {
        return context.getSelf();
    }

    void locate(VaultCommand.Locate locate) {
        locate.replyTo().tell(new LocateReply.Located(ports.node().get()));
    }

    /** Asks a port; the front hears the result, or {@link VaultSignal.PortFailed}. */
    <T> void ask(String what, CompletionStage<T> answer, Function<T, VaultSignal> signal) {
        ask(answer, signal, failure -> new VaultSignal.PortFailed(what + ": " + failure));
    }

    <T> void ask(CompletionStage<T> answer, Function<T, VaultSignal> signal, Function<Throwable, VaultSignal> failed) {
        CompletionStage<T> bounded =
                answer.toCompletableFuture().copy().orTimeout(PORT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        context.pipeToSelf(
                bounded, (result, failure) -> failure == null ? signal.apply(result) : failed.apply(failure));
    }

    /** Asks what the log index knows of ops that a submission names; the submission keeps its place among those that wait. */
    void findOps(VaultCommand.Submit submit, Set<OpId> ops) {
        waiting.sendAway();
        ask(
                ports.logIndex().find(vaultId, ops),
                known -> new VaultSignal.OpsFound(submit, known),
                failure -> new VaultSignal.OpsUnknown(submit, "the index of ops: " + failure));
    }

    /** Lets the submission wait again. */
    Behavior<VaultCommand> opsFound(VaultSignal.OpsFound found, Supplier<Behavior<VaultCommand>> then) {
        VaultCommand.Submit submit = found.submit();
        waiting.readmit(submit.with(submit.submission().withKnownOps(found.ops())));
        return then.get();
    }

    /** Refuses a submission that was away for something that could not be read. */
    void refuseReturned(VaultCommand.Submit submit, String reason) {
        waiting.cameBack();
        log().warn("vault {}: {}", vaultId, reason);
        WaitingRoom.refuse(submit, reason);
    }

    /** Asks for the chain that a submission's cursor is compared with; the submission keeps its place among those that wait. */
    void readChain(VaultCommand.Submit submit) {
        waiting.sendAway();
        long seq = submit.submission().request().cursor().seq();
        ask(
                ports.journal().chainAt(vaultId, seq),
                chain -> new VaultSignal.ChainRead(submit, chain),
                failure -> new VaultSignal.ChainUnread(submit, "chain at seq " + seq + ": " + failure));
    }

    /** Lets the submission wait again; a chain that the journal does not have is unknown, not another. */
    Behavior<VaultCommand> chainRead(VaultSignal.ChainRead read, Supplier<Behavior<VaultCommand>> then) {
        VaultCommand.Submit submit = read.submit();
        if (read.chain().isEmpty()) {
            return chainUnread(new VaultSignal.ChainUnread(submit, "the journal has no such entry"), then);
        }
        Submission complete = submit.submission().withChainAtCursor(read.chain().get());
        waiting.readmit(submit.with(complete));
        return then.get();
    }

    Behavior<VaultCommand> chainUnread(VaultSignal.ChainUnread unread, Supplier<Behavior<VaultCommand>> then) {
        refuseReturned(unread.submit(), unread.reason());
        return then.get();
    }
}
