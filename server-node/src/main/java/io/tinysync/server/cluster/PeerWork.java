package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.AdminToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Has other nodes do work on their vaults, over HTTP with the administrator's token, which all nodes of a cluster have. */
public final class PeerWork {

    /** Under {@code /internal/vaults/VAULT/}. */
    public static final String PURGE = "purge";

    public static final String SAVE = "save";
    public static final String ITEMS = "items";
    public static final String REACHED = "reached";
    public static final String UNANSWERED = "unanswered";

    /** Loading and saving a vault of millions of items; the node sends a byte now and then while it works. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Peers peers;
    private final AdminToken token;

    public PeerWork(Peers peers, AdminToken token) {
        this.peers = peers;
        this.token = token;
    }

    /** What is asked of a node. */
    public record Order(long upTo, List<Sha256> blobs) {

        public Order {
            blobs = List.copyOf(blobs);
        }
    }

    /**
     * What a node has done.
     *
     * @param failure why it could not; null if it could
     */
    public record Done(
            int count, List<Sha256> blobs, @Nullable String failure) {

        public Done {
            blobs = List.copyOf(blobs);
        }
    }

    /** The vault is not on the node, and nothing was done. */
    static final class NotThereException extends RuntimeException {

        NotThereException(URI node) {
            super(node + " has not got it", null, false, false);
        }
    }

    /** The work that a node does. */
    VaultWork at(URI node) {
        return new VaultWork() {
            @Override
            public int purge(VaultId vault, long deletedUpTo) {
                return ask(node, vault, PURGE, new Order(deletedUpTo, List.of()))
                        .count();
            }

            @Override
            public void save(VaultId vault) {
                ask(node, vault, SAVE, new Order(0, List.of()));
            }

            @Override
            public void rebuildItems(VaultId vault) {
                ask(node, vault, ITEMS, new Order(0, List.of()));
            }

            @Override
            public Set<Sha256> reached(VaultId vault, Set<Sha256> asked) {
                return Set.copyOf(ask(node, vault, REACHED, new Order(0, List.copyOf(asked)))
                        .blobs());
            }

            @Override
            public List<Sha256> unanswered(VaultId vault) {
                return ask(node, vault, UNANSWERED, new Order(0, List.of())).blobs();
            }
        };
    }

    private Done ask(URI node, VaultId vault, String work, Order order) {
        Peers.Call call = new Peers.Call(
                "POST",
                "/internal/vaults/" + vault + "/" + work,
                Map.of("Authorization", "Bearer " + token.text(), "Content-Type", "application/json"),
                BodyPublishers.ofByteArray(Json.write(order)),
                PATIENCE);
        try {
            Optional<HttpResponse<byte[]>> answer = peers.sendForBytes(node, call);
            return done(node, answer.orElseThrow(() -> new NotThereException(node)));
        } catch (IOException e) {
            throw new IllegalStateException(node + " did not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Done done(URI node, HttpResponse<byte[]> answer) throws Json.MalformedException {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(node + " answered " + answer.statusCode());
        }
        Done done = Json.read(answer.body(), Done.class);
        if (done.failure() != null) {
            throw new IllegalStateException(node + ": " + done.failure());
        }
        return done;
    }
}
