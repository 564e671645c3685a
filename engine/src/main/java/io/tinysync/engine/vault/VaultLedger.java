package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultState;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
        extends EventSourcedBehaviorWithEnforcedReplies<VaultLedger.Append, VaultEvent.EntryCommitted, VaultState> {

    /** Writes events that continue the state; one at a time. */
    record Append(List<VaultEvent.EntryCommitted> events) {}

    private final NamePolicy policy;
    private final ActorRef<? super VaultSignal> owner;
    private final SnapshotPace pace = new SnapshotPace();

    private VaultLedger(VaultId vaultId, NamePolicy policy, ActorRef<? super VaultSignal> owner) {
        super(VaultEntity.persistenceId(vaultId));
        this.policy = policy;
        this.owner = owner;
    }

    static Behavior<Append> create(VaultId vaultId, NamePolicy policy, ActorRef<? super VaultSignal> owner) {
        return new VaultLedger(vaultId, policy, owner);
    }

    @Override
    public VaultState emptyState() {
        return VaultState.empty(policy);
    }

    @Override
    public CommandHandlerWithReply<Append, VaultEvent.EntryCommitted, VaultState> commandHandler() {
        var handlers = newCommandHandlerWithReplyBuilder();
        handlers.forAnyState().onCommand(Append.class, this::append);
        return handlers.build();
    }

    private ReplyEffect<VaultEvent.EntryCommitted, VaultState> append(Append append) {
        return Effect().persist(append.events()).thenReply(owner, VaultSignal.Appended::new);
    }

    @Override
    public EventHandler<VaultState, VaultEvent.EntryCommitted> eventHandler() {
        return VaultState::apply;
    }

    @Override
    public SignalHandler<VaultState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), state -> owner.tell(new VaultSignal.Recovered(state)))
                .build();
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
