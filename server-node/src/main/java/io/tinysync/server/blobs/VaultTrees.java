package io.tinysync.server.blobs;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.ItemTree;
import io.tinysync.engine.vault.TreeReply;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.VaultEntity;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Trees of vaults, by reference; only of vaults whose entity is on this node. */
public final class VaultTrees {

    /** Longer than the recovery of a vault of a million items; nobody waits for a run. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final ClusterSharding sharding;

    public VaultTrees(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    /** The tree at a position that is read after this call began; fails if the vault cannot say. */
    ItemTree read(VaultId vault) throws IOException, InterruptedException {
        CompletionStage<TreeReply> reply =
                sharding.entityRefFor(VaultEntity.KEY, vault.toString()).ask(VaultCommand.ReadTree::new, TIMEOUT);
        try {
            return switch (reply.toCompletableFuture().get()) {
                case TreeReply.Read read -> read.tree();
                case Unavailable unavailable ->
                    throw new IOException("vault " + vault + " cannot be read: " + unavailable.reason());
            };
        } catch (ExecutionException e) {
            throw new IOException("vault " + vault + " cannot be read: " + e.getCause(), e);
        }
    }
}
