package io.tinysync.server.entity;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.PurgeReply;
import io.tinysync.engine.vault.StateReply;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.VaultEntity;
import io.tinysync.engine.vault.core.VaultState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.japi.function.Function;

/** Asks vaults on this node. Calls block; what cannot be answered now is an {@link IllegalStateException}. */
public final class VaultCalls {

    /** Loading a large vault from its journal. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ClusterSharding sharding;

    public VaultCalls(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    /** The whole state, by reference. */
    public VaultState state(VaultId vault) {
        StateReply reply = ask(vault, VaultCommand.ReadState::new);
        return switch (reply) {
            case StateReply.Read(VaultState state) -> state;
            case Unavailable(String reason, boolean _) -> throw new IllegalStateException(reason);
        };
    }

    /** See {@link VaultCommand.Purge}; how many deletions were purged. */
    public int purge(VaultId vault, List<ItemId> suggested, long deletedUpTo) {
        PurgeReply reply = ask(vault, replyTo -> new VaultCommand.Purge(suggested, deletedUpTo, replyTo));
        return switch (reply) {
            case PurgeReply.Purged(int deletions) -> deletions;
            case Unavailable(String reason, boolean _) -> throw new IllegalStateException(reason);
        };
    }

    private <T> T ask(VaultId vault, Function<ActorRef<T>, VaultCommand> command) {
        try {
            return sharding.entityRefFor(VaultEntity.KEY, vault.toString())
                    .ask(command, PATIENCE)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("vault " + vault + " does not answer: " + e.getCause(), e);
        }
    }
}
