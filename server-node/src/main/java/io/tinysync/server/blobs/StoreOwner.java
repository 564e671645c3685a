package io.tinysync.server.blobs;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.server.postgres.Database;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Holds a database and its blob store together: each has the other's name. To any other database all of the store's blobs would be
 * unreachable, and in any other store (an empty directory where a disk is not mounted, say) all blobs would be missing. Calls block.
 */
public final class StoreOwner {

    private final Database database;
    private final BlobStore store;
    private volatile Optional<String> confirmed = Optional.empty();

    public StoreOwner(Database database, BlobStore store) {
        this.database = database;
        this.store = store;
    }

    private record Claim(UUID owner, boolean claimed) {}

    /**
     * Why the store is not this database's; empty if it is, or if neither had another and it has become so.
     *
     * @throws IOException if the store does not say whose it is: then nothing is known
     */
    public Optional<String> refusal() throws IOException {
        Optional<String> known = StoreView.result(store.owner());
        Claim claim = claim();
        if (known.isPresent() && !known.get().equals(claim.owner().toString())) {
            return Optional.of("it belongs to another database");
        }
        if (known.isEmpty() && claim.claimed()) {
            return Optional.of("it is not the one that this database knows (is it mounted?): that one's 'owner' says "
                    + claim.owner());
        }
        if (!claim.claimed()) {
            StoreView.result(store.claim(claim.owner().toString()));
            database.run(statements -> statements.update("UPDATE blob_store SET claimed = TRUE"));
        }
        confirmed = Optional.of(claim.owner().toString());
        return Optional.empty();
    }

    /** As {@link #refusal}, without the database once the store was found to be its own: says something of the store alone. */
    public Optional<String> refusalNow() throws IOException {
        if (confirmed.isEmpty()) {
            return refusal();
        }
        return StoreView.result(store.owner()).equals(confirmed)
                ? Optional.empty()
                : Optional.of("it is not the one that this database knows (is it mounted?)");
    }

    /** The name is there before the store has it, so that a claim that is cut short can be made good. */
    private Claim claim() {
        return database.run(statements -> {
            statements.update("INSERT INTO blob_store (owner) VALUES (?) ON CONFLICT DO NOTHING", UUID.randomUUID());
            return statements
                    .first(
                            row -> new Claim(row.getObject(1, UUID.class), row.getBoolean(2)),
                            "SELECT owner, claimed FROM blob_store")
                    .orElseThrow();
        });
    }
}
