package io.tinysync.engine.vault;

import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.VaultId;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.ShardCommand;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;

/**
 * A vault as a sharded entity: a front that gathers requests while a commit is in flight and decides them in groups, and a ledger
 * below it that recovers the state and writes the groups' events.
 *
 * <table>
 *   <caption>Phases of the front</caption>
 *   <tr><th>phase</th><th>requests</th><th>leaves it by</th></tr>
 *   <tr><td>{@link Starting}</td><td>wait</td><td>settings, state and request numbers read → serving; a failure → pausing</td></tr>
 *   <tr><td>{@link Serving}</td><td>wait for the next group</td><td>the ledger stopped → pausing; the journal's head is another →
 *       the entity stops, since another incarnation is writing</td></tr>
 *   <tr><td>{@link Pausing}</td><td>are refused</td><td>time → starting</td></tr>
 * </table>
 */
public final class VaultEntity {

    /** The entities' type; the entity id is the vault id's text. */
    public static final EntityTypeKey<VaultCommand> KEY = EntityTypeKey.create(VaultCommand.class, "vault");

    private VaultEntity() {}

    /** What to initialise cluster sharding with. */
    public static Entity<VaultCommand, ShardingEnvelope<VaultCommand>> sharded(VaultPorts ports) {
        return Entity.of(KEY, context -> create(VaultId.parse(context.getEntityId()), ports, context.getShard()))
                .withStopMessage(new VaultCommand.Stop());
    }

    /** The id of a vault's events in the journal: {@code vault|} and the vault's id. */
    public static PersistenceId persistenceId(VaultId vaultId) {
        return PersistenceId.of(KEY.name(), vaultId.toString());
    }

    /**
     * The behaviour of one vault's entity.
     *
     * @param shard lets it go
     */
    static Behavior<VaultCommand> create(VaultId vaultId, VaultPorts ports, ActorRef<ShardCommand> shard) {
        Behavior<VaultCommand> phases = Behaviors.setup(context -> Starting.begin(
                new EntityParts(context, vaultId, ports, new WaitingRoom(ports.observer()::waiting)), 0));
        Behavior<VaultCommand> observed = Behaviors.intercept(() -> new Presence(ports, shard), phases);
        return Behaviors.withMdc(
                VaultCommand.class, Map.of(LogField.VAULT.key(), vaultId.toString()), VaultEntity::named, observed);
    }

    /** What the log says of a message, beside its vault. */
    private static Map<String, String> named(VaultCommand command) {
        return submission(command)
                .map(submit -> submit.origin().requestId())
                .map(id -> Map.of(LogField.REQUEST.key(), id))
                .orElse(Map.of());
    }

    private static Optional<VaultCommand.Submit> submission(VaultCommand command) {
        return switch (command) {
            case VaultCommand.Submit submit -> Optional.of(submit);
            case VaultSignal.ChainUnread unread -> Optional.of(unread.submit());
            case VaultSignal.OpsUnknown unknown -> Optional.of(unknown.submit());
            case VaultCommand.Request _, VaultCommand.Stop _, VaultSignal _ -> Optional.empty();
        };
    }
}
