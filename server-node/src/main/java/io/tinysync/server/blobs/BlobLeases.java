package io.tinysync.server.blobs;

import io.tinysync.engine.blob.collection.BlobState;
import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.engine.blob.collection.CollectionRules.Coming;
import io.tinysync.engine.blob.collection.CollectionRules.Leasing;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
        return mayNotCome(Set.of(id)).isEmpty();
    }

    /** Those of the blobs that are being deleted; bytes of the others may go to the store now, where condemned ones are live again. */
    public Set<Sha256> mayNotCome(Collection<Sha256> ids) {
        Map<Sha256, BlobState> states = database.run(statements -> new StateRows(statements).read(ids));
        Set<Sha256> refused = those(Coming.LATER, states, ids);
        Set<Sha256> condemned = those(Coming.REVIVE, states, ids);
        if (!condemned.isEmpty()) {
            condemned.removeAll(revived(condemned));
            refused.addAll(condemned);
        }
        return refused;
    }

    private Set<Sha256> revived(Set<Sha256> condemned) {
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            Map<Sha256, BlobState> states = rows.lock(condemned);
            Set<Sha256> still = new HashSet<>(condemned);
            still.removeAll(those(Coming.LATER, states, condemned));
            return rows.write(still, states.keySet(), rules.leased(rows.now()));
        });
    }

    private Set<Sha256> those(Coming coming, Map<Sha256, BlobState> states, Collection<Sha256> ids) {
        return ids.stream()
                .filter(id -> rules.coming(Optional.ofNullable(states.get(id))) == coming)
                .collect(Collectors.toCollection(HashSet::new));
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
        return notArrived(vaultId, deviceId, Map.of(id, size)).isEmpty();
    }

    /**
     * As {@link #arrived}, of several blobs in one transaction.
     *
     * @param sizes in bytes, of each blob
     * @return those that are being deleted meanwhile: their bytes must come again
     */
    public Set<Sha256> notArrived(VaultId vaultId, DeviceId deviceId, Map<Sha256, Long> sizes) {
        Set<Sha256> refused = new HashSet<>();
        Set<Sha256> left = sizes.keySet();
        for (int attempt = 0; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
            Map<Sha256, Long> wanted = new HashMap<>(sizes);
            wanted.keySet().retainAll(left);
            left = database.transact(
                    statements -> notNoted(statements, new Upload(vaultId, deviceId), wanted, refused));
        }
        refused.addAll(left);
        return refused;
    }

    /** Where a device's blobs go. */
    private record Upload(VaultId vaultId, DeviceId deviceId) {}

    /** Those of which another request or a run has changed the state at this very moment; what is refused goes there. */
    private Set<Sha256> notNoted(Statements statements, Upload upload, Map<Sha256, Long> sizes, Set<Sha256> refused)
            throws SQLException {
        StateRows rows = new StateRows(statements);
        Map<Sha256, BlobState> states = rows.lock(sizes.keySet());
        Set<Sha256> left = new HashSet<>();
        for (Sha256 id : sizes.keySet()) {
            (rules.mayStore(Optional.ofNullable(states.get(id))) ? left : refused).add(id);
        }
        Set<Sha256> noted = rows.write(left, states.keySet(), rules.leased(rows.now()));
        left.removeAll(noted);
        List<Sha256> ids = List.copyOf(noted);
        statements.update(
                """
                INSERT INTO uploads (vault_id, device_id, sha256, size)
                SELECT ?, ?, sha256, size FROM unnest(?, ?) AS given (sha256, size) ORDER BY sha256
                ON CONFLICT (vault_id, device_id, sha256) DO UPDATE SET uploaded_at = now()""",
                upload.vaultId().value(),
                upload.deviceId().value(),
                StateRows.hashes(ids),
                ids.stream().map(sizes::get).toArray(Long[]::new));
        return left;
    }
}
