package io.tinysync.server.http;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.cluster.PeerWork;
import io.tinysync.server.cluster.PeerWork.Done;
import io.tinysync.server.cluster.PeerWork.Order;
import io.tinysync.server.entity.VaultWork;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What nodes of a cluster have each other do. Described beside the API, in a document that is not served: it may be another one in the next version. An answer begins at once and
 * has a space now and then while the work goes on, since a connection without a byte for a minute is taken for dead.
 */
final class InternalRoutes {

    private static final Duration SIGN_OF_LIFE_EVERY = Duration.ofSeconds(10);
    private static final ByteString SIGN_OF_LIFE = ByteString.fromString(" ");

    private final AtVault atVault;
    private final VaultWork here;
    private final Executor threads;

    /** @param here the work on vaults of this node */
    InternalRoutes(AtVault atVault, VaultWork here, Executor threads) {
        this.atVault = atVault;
        this.here = here;
        this.threads = threads;
    }

    List<Route> routes() {
        return List.of(
                route(PeerWork.PURGE, (vault, order) -> counted(here.purge(vault, order.upTo()))),
                route(PeerWork.SAVE, (vault, order) -> {
                    here.save(vault);
                    return counted(1);
                }),
                route(PeerWork.ITEMS, (vault, order) -> {
                    here.rebuildItems(vault);
                    return counted(1);
                }),
                route(
                        PeerWork.REACHED,
                        (vault, order) -> found(List.copyOf(here.reached(vault, Set.copyOf(order.blobs()))))),
                route(PeerWork.UNANSWERED, (vault, order) -> found(here.unanswered(vault))));
    }

    private interface Work {
        Done done(VaultId vault, Order order);
    }

    private static Done counted(int count) {
        return new Done(count, List.of(), null);
    }

    private static Done found(List<Sha256> blobs) {
        return new Done(blobs.size(), blobs, null);
    }

    private Route route(String operationId, Work work) {
        return new Route(
                operationId, atVault.handler(exchange -> begun(exchange.vaultId(), exchange.body(Order.class), work)));
    }

    private HttpResponse begun(VaultId vault, Order order, Work work) {
        Source<ByteString, NotUsed> answer = Source.completionStage(
                        CompletableFuture.supplyAsync(() -> document(vault, order, work), threads))
                .keepAlive(SIGN_OF_LIFE_EVERY, () -> SIGN_OF_LIFE);
        return HttpResponse.create().withEntity(HttpEntities.createChunked(ContentTypes.APPLICATION_JSON, answer));
    }

    private static ByteString document(VaultId vault, Order order, Work work) {
        Done done;
        try {
            done = work.done(vault, order);
        } catch (RuntimeException e) {
            done = new Done(0, List.of(), String.valueOf(e.getMessage()));
        }
        return ByteString.fromArrayUnsafe(Json.write(done));
    }
}
