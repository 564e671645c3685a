package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.LocateReply;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.VaultEntity;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out on which node a vault's entity is, by asking it: nothing is remembered that could be out of date. Calls block. */
public final class VaultPlaces {

    private static final Logger LOG = LoggerFactory.getLogger(VaultPlaces.class);

    /** An entity answers at once; a message that a shard took along to another node is lost with it now and then. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ClusterSharding sharding;
    private final Supplier<String> self;

    /** @param self how other nodes call this one */
    public VaultPlaces(ClusterSharding sharding, Supplier<String> self) {
        this.sharding = sharding;
        this.self = self;
    }

    /** Where a vault is. */
    public sealed interface Place {

        /** On this node. */
        record Here() implements Place {}

        /** On another, whose HTTP API is there. */
        record There(URI node) implements Place {}

        /** Between two nodes, or on one that is not ready yet: it is right to ask again. */
        record Moving() implements Place {}
    }

    /** Where the vault is now; its entity is started if it was not. */
    public Place of(VaultId vault) throws InterruptedException {
        try {
            LocateReply reply = sharding.entityRefFor(VaultEntity.KEY, vault.toString())
                    .ask(VaultCommand.Locate::new, PATIENCE)
                    .toCompletableFuture()
                    .get();
            return switch (reply) {
                case LocateReply.Located(String node) -> place(node);
                case Unavailable _ -> new Place.Moving();
            };
        } catch (ExecutionException e) {
            LOG.info("vault {} does not say where it is: {}", vault, String.valueOf(e.getCause()));
            return new Place.Moving();
        }
    }

    private Place place(String node) {
        if (node.isEmpty()) {
            return new Place.Moving();
        }
        return node.equals(self.get()) ? new Place.Here() : new Place.There(URI.create(node));
    }
}
