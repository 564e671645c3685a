package io.tinysync.server.blobs;

import io.tinysync.engine.blob.collection.BlobState;
import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.engine.blob.collection.CollectionRules.Coming;
import io.tinysync.engine.blob.collection.CollectionRules.Leasing;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What requests of devices do to blobs' states: name them, and bring them. Calls block. */
public final class BlobLeases {

    /** Two requests may come upon the same blob at the same moment, hardly three times in a row. */
    private static final int ATTEMPTS = 3;

    private final Database database;
    private final CollectionRules rules;

    public BlobLeases(Database database, CollectionRules rules) {
        this.database = database;
        this.rules = rules;
    }

    /**
     * Leases blobs that a mutation names, before it goes to its vault. Most were leased when their bytes came, and cost one read.
     *
     * @return those that it may not name, since they are about to go
     */
    public Set<Sha256> lease(Collection<Sha256> named) {
        Set<Sha256> refused = new HashSet<>();
        Set<Sha256> left = Set.copyOf(named);
        for (int attempt = 0; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
            List<Sha256> wanted = toBeLeased(left, refused);
            left = wanted.isEmpty() ? Set.of() : notLeased(wanted);
        }
        refused.addAll(left);
        return refused;
    }

    private List<Sha256> toBeLeased(Collection<Sha256> named, Set<Sha256> refused) {
        return database.run(statements -> {
            StateRows rows = new StateRows(statements);
            return sorted(named, rows.read(named), rows.now(), refused);
        });
    }

    /** Those that need a lease; what is refused goes there. */
    private List<Sha256> sorted(
            Collection<Sha256> named, Map<Sha256, BlobState> states, Instant now, Set<Sha256> refused) {
        List<Sha256> wanted = new ArrayList<>();
        for (Sha256 id : named) {
            Leasing leasing = rules.leasing(Optional.ofNullable(states.get(id)), now);
            switch (leasing) {
                case LEASED -> {}
                case TO_BE_LEASED -> wanted.add(id);
                case REFUSED -> refused.add(id);
            }
        }
        return wanted;
    }

    /**
     * Writes leases; those of which another request or a run has changed the state at this very moment are left. The write need not
     * reach the disk before the mutation that rests on it does, and it does so no later: both are in one write-ahead log.
     */
    private Set<Sha256> notLeased(List<Sha256> wanted) {
        return database.transact(statements -> {
            statements.update("SET LOCAL synchronous_commit = off");
            StateRows rows = new StateRows(statements);
            Map<Sha256, BlobState> states = rows.lock(wanted);
            List<Sha256> still = sorted(wanted, states, rows.now(), new HashSet<>());
            Set<Sha256> left = new HashSet<>(wanted);
            left.removeAll(rows.write(still, states.keySet(), rules.leased(rows.now())));
            return left;
        });
    }

    /** Whether bytes of this blob may go to the store now, where a condemned one is live again; otherwise it is being deleted. */
    public boolean mayCome(Sha256 id) {
        Coming coming = database.run(statements -> coming(new StateRows(statements).read(List.of(id)), id));
        return switch (coming) {
            case NOW -> true;
            case REVIVE -> isRevived(id);
            case LATER -> false;
        };
    }

    private boolean isRevived(Sha256 id) {
        return database.<Boolean>transact(statements -> {
            StateRows rows = new StateRows(statements);
            Map<Sha256, BlobState> states = rows.lock(List.of(id));
            return coming(states, id) != Coming.LATER
                    && !rows.write(List.of(id), states.keySet(), rules.leased(rows.now()))
                            .isEmpty();
        });
    }

    private Coming coming(Map<Sha256, BlobState> states, Sha256 id) {
        return rules.coming(Optional.ofNullable(states.get(id)));
    }

    /** Whether it must be made sure that the store has bytes that were on their way for so long. */
    public boolean tookLong(Duration onTheirWay) {
        return rules.tookLong(onTheirWay);
    }

    /**
     * Notes that a device has sent a blob's bytes to a vault, and makes the blob live. Only after the blob store has them durably.
     * Again changes nothing.
     *
     * @return false if the blob is being deleted meanwhile: the bytes must come again
     */
    public boolean arrived(VaultId vaultId, DeviceId deviceId, Sha256 id, long size) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Boolean> noted = database.transact(statements -> {
                StateRows rows = new StateRows(statements);
                Map<Sha256, BlobState> states = rows.lock(List.of(id));
                if (!rules.mayStore(Optional.ofNullable(states.get(id)))) {
                    return Optional.of(false);
                }
                if (rows.write(List.of(id), states.keySet(), rules.leased(rows.now()))
                        .isEmpty()) {
                    return Optional.<Boolean>empty();
                }
                statements.update("""
                        INSERT INTO uploads (vault_id, device_id, sha256, size) VALUES (?, ?, ?, ?)
                        ON CONFLICT (vault_id, device_id, sha256) DO UPDATE SET uploaded_at = now()""", vaultId.value(), deviceId.value(), id.toBytes(), size);
                return Optional.of(true);
            });
            if (noted.isPresent()) {
                return noted.get();
            }
        }
        return false;
    }
}
