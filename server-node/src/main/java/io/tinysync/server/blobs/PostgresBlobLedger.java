package io.tinysync.server.blobs;

import io.tinysync.engine.blob.StoredBlob;
import io.tinysync.engine.blob.collection.BlobLedger;
import io.tinysync.engine.blob.collection.BlobState;
import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Blobs' states in PostgreSQL, as runs of the collection change them. */
public final class PostgresBlobLedger implements BlobLedger {

    private static final Sha256 BEFORE_ALL = Sha256.of(new byte[Sha256.BYTES]);

    private final Database database;
    private final CollectionRules rules;

    public PostgresBlobLedger(Database database, CollectionRules rules) {
        this.database = database;
        this.rules = rules;
    }

    /** What is known of blobs beside their state. */
    private record Uses(Set<Sha256> named, Map<Sha256, Instant> sent) {}

    private record Sent(Sha256 id, Instant at) {}

    @Override
    public List<Sha256> condemn(Collection<StoredBlob> blobs) {
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            List<Sha256> ids = ids(blobs);
            Map<Sha256, BlobState> states = rows.lock(ids);
            List<Sha256> condemned = condemnable(ids, states, uses(statements, ids), rows.now());
            return List.copyOf(rows.write(condemned, states.keySet(), new BlobState.Condemned(rows.now())));
        });
    }

    @Override
    public List<Sha256> condemnable(Collection<StoredBlob> blobs) {
        List<Sha256> ids = ids(blobs);
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            return condemnable(ids, rows.read(ids), uses(statements, ids), rows.now());
        });
    }

    private static List<Sha256> ids(Collection<StoredBlob> blobs) {
        return blobs.stream().map(StoredBlob::id).toList();
    }

    private List<Sha256> condemnable(List<Sha256> ids, Map<Sha256, BlobState> states, Uses uses, Instant now) {
        return ids.stream()
                .filter(id -> rules.mayCondemn(
                        Optional.ofNullable(states.get(id)),
                        uses.named().contains(id),
                        Optional.ofNullable(uses.sent().get(id)),
                        now))
                .toList();
    }

    private static Uses uses(Statements statements, List<Sha256> ids) throws SQLException {
        byte[][] hashes = StateRows.hashes(ids);
        Set<Sha256> named = new HashSet<>(statements.list(
                row -> Sha256.of(row.getBytes(1)),
                "SELECT DISTINCT sha256 FROM named_blobs WHERE sha256 = ANY (?)",
                (Object) hashes));
        Map<Sha256, Instant> sent = new HashMap<>();
        List<Sent> rows = statements.list(
                row -> new Sent(
                        Sha256.of(row.getBytes(1)),
                        row.getObject(2, OffsetDateTime.class).toInstant()),
                "SELECT sha256, max(uploaded_at) FROM uploads WHERE sha256 = ANY (?) GROUP BY sha256",
                (Object) hashes);
        rows.forEach(row -> sent.put(row.id(), row.at()));
        return new Uses(named, sent);
    }

    @Override
    public List<Sha256> ripe(Sha256 after, int limit) {
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            return rows.since("condemned", rows.now().minus(rules.grace()), after, limit);
        });
    }

    @Override
    public void spare(Set<Sha256> blobs) {
        database.<Boolean>transact(statements -> {
            StateRows rows = new StateRows(statements);
            Map<Sha256, BlobState> states = rows.lock(blobs);
            states.values().removeIf(state -> !(state instanceof BlobState.Condemned));
            rows.forget(states.keySet());
            return true;
        });
    }

    @Override
    public List<Sha256> doom(Set<Sha256> blobs) {
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            Instant now = rows.now();
            Map<Sha256, BlobState> states = rows.lock(blobs);
            states.values().removeIf(state -> !rules.isRipe(Optional.of(state), now));
            List<Sha256> doomed =
                    List.copyOf(rows.write(states.keySet(), states.keySet(), new BlobState.Deleting(now)));
            statements.update("DELETE FROM named_blobs WHERE sha256 = ANY (?)", (Object) StateRows.hashes(doomed));
            statements.update("DELETE FROM uploads WHERE sha256 = ANY (?)", (Object) StateRows.hashes(doomed));
            return doomed;
        });
    }

    @Override
    public List<Sha256> abandoned(int limit) {
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            return rows.since("deleting", rows.now().minus(CollectionRules.DELETION), BEFORE_ALL, limit);
        });
    }

    /** Whether the blob's deletion was begun and, it seems, given up. */
    boolean isAbandoned(Sha256 blob) {
        return database.transact(statements -> {
            StateRows rows = new StateRows(statements);
            return rules.isAbandoned(
                    Optional.ofNullable(rows.read(List.of(blob)).get(blob)), rows.now());
        });
    }

    @Override
    public boolean delete(Sha256 blob, Deletion deletion) throws IOException {
        try {
            return database.transact(statements -> {
                if (!isDeleting(statements, blob)) {
                    return false;
                }
                carryOut(deletion);
                new StateRows(statements).forget(List.of(blob));
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Locks it if so; a row that somebody else has locked is somebody else's deletion. */
    private static boolean isDeleting(Statements statements, Sha256 blob) throws SQLException {
        return statements
                .first(
                        row -> true,
                        "SELECT 1 FROM blob_states WHERE sha256 = ? AND state = 'deleting' FOR UPDATE SKIP LOCKED",
                        blob.toBytes())
                .orElse(false);
    }

    private static void carryOut(Deletion deletion) {
        try {
            deletion.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void forgetLeases() {
        database.run(statements -> statements.update("DELETE FROM blob_states WHERE state = 'leased' AND at < now()"));
    }
}
