package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.VaultId;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;

/** Where vaults live: one sharded entity each, named by the vault's id. */
public final class VaultEntity {

    /** The entities' type; the entity id is the vault id's text. */
    public static final EntityTypeKey<VaultCommand> KEY = EntityTypeKey.create(VaultCommand.class, "vault");

    private VaultEntity() {}

    /** What to initialise cluster sharding with. */
    public static Entity<VaultCommand, ShardingEnvelope<VaultCommand>> sharded(VaultPorts ports) {
        return Entity.of(KEY, context -> create(VaultId.parse(context.getEntityId()), ports))
                .withStopMessage(new VaultCommand.Stop());
    }

    /** The id of a vault's events in the journal: {@code vault|} and the vault's id. */
    public static PersistenceId persistenceId(VaultId vaultId) {
        return PersistenceId.of(KEY.name(), vaultId.toString());
    }

    /** The behaviour of one vault's entity. */
    public static Behavior<VaultCommand> create(VaultId vaultId, VaultPorts ports) {
        return Behaviors.setup(context -> {
            context.getLog().error("vault {} has no behaviour yet, its ports are {}", vaultId, ports);
            return Behaviors.stopped();
        });
    }
}
