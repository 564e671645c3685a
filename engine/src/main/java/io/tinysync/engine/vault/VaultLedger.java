package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultState;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The persistent part of a vault's entity: recovers the state and writes groups of events, each in one journal transaction. It
 * decides nothing. It tells its owner {@link VaultSignal.Recovered} once and {@link VaultSignal.Appended} after every commit, and
 * stops where the journal fails, also where another incarnation has taken a sequence number first.
 */
final class VaultLedger
        extends EventSourcedBehaviorWithEnforcedReplies<VaultLedger.Command, VaultEvent.EntryCommitted, VaultState> {

    sealed interface Command {}

    /** Writes events that continue the state; one at a time. */
    record Append(List<VaultEvent.EntryCommitted> events) implements Command {}

    /** Need not remember ops whose entries the log index has: it has all up to this seq. */
    record Forget(long indexedSeq) implements Command {}

    private final ActorContext<Command> context;
    private final NamePolicy policy;
    private final ActorRef<? super VaultSignal> owner;
    private final SnapshotPace pace = new SnapshotPace();
    private long indexedSeq;

    private VaultLedger(
            ActorContext<Command> context,
            VaultId vaultId,
            NamePolicy policy,
            long indexedSeq,
            ActorRef<? super VaultSignal> owner) {
        super(VaultEntity.persistenceId(vaultId));
        this.context = context;
        this.indexedSeq = indexedSeq;
        this.policy = policy;
        this.owner = owner;
    }

    /** @param indexedSeq up to where the log index has every entry: replay need not remember the ops of these */
    static Behavior<Command> create(
            VaultId vaultId, NamePolicy policy, long indexedSeq, ActorRef<? super VaultSignal> owner) {
        return Behaviors.setup(context -> new VaultLedger(context, vaultId, policy, indexedSeq, owner));
    }

    @Override
    public VaultState emptyState() {
        return VaultState.empty(policy);
    }

    @Override
    public CommandHandlerWithReply<Command, VaultEvent.EntryCommitted, VaultState> commandHandler() {
        var handlers = newCommandHandlerWithReplyBuilder();
        handlers.forAnyState().onCommand(Append.class, this::append).onCommand(Forget.class, this::forget);
        return handlers.build();
    }

    private ReplyEffect<VaultEvent.EntryCommitted, VaultState> append(Append append) {
        return Effect().persist(append.events()).thenReply(owner, VaultSignal.Appended::new);
    }

    /** Takes effect with the next event: only events change the state. */
    private ReplyEffect<VaultEvent.EntryCommitted, VaultState> forget(Forget forget) {
        indexedSeq = Math.max(indexedSeq, forget.indexedSeq());
        return Effect().noReply();
    }

    @Override
    public EventHandler<VaultState, VaultEvent.EntryCommitted> eventHandler() {
        return (state, event) -> state.apply(event).forgettingOps(indexedSeq);
    }

    @Override
    public SignalHandler<VaultState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .build();
    }

    /**
     * A journal with a gap ends the replay early, with nothing said: going on would give the next entry a number that is not its
     * row's.
     */
    private void recovered(VaultState state) {
        long highest = lastSequenceNumber(context);
        if (state.cursor().seq() != highest) {
            throw new IllegalStateException("the journal of " + persistenceId() + " ends at " + highest
                    + ", but what could be read of it ends at " + state.cursor().seq());
        }
        owner.tell(new VaultSignal.Recovered(state));
    }

    @Override
    public boolean shouldSnapshot(VaultState state, VaultEvent.EntryCommitted event, long sequenceNr) {
        return pace.isDue(sequenceNr, state.size());
    }

    @Override
    public SnapshotAdapter<VaultState> snapshotAdapter() {
        return pace;
    }

    @Override
    public String snapshotPluginId() {
        return VaultSnapshotStore.PLUGIN_ID;
    }
}
