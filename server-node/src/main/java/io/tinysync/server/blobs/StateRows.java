package io.tinysync.server.blobs;

import io.tinysync.engine.blob.collection.BlobState;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.postgres.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The table of blobs' states, within one transaction. Its time is the database's, which all nodes share. */
final class StateRows {

    private final Statements statements;

    StateRows(Statements statements) {
        this.statements = statements;
    }

    private record Row(Sha256 id, BlobState state) {}

    Instant now() throws SQLException {
        return statements
                .first(row -> row.getObject(1, OffsetDateTime.class).toInstant(), "SELECT now()")
                .orElseThrow();
    }

    Map<Sha256, BlobState> read(Collection<Sha256> ids) throws SQLException {
        return read("SELECT sha256, state, at FROM blob_states WHERE sha256 = ANY (?)", ids);
    }

    /** Locks those that have a row, in the order of their ids, until the transaction's end. */
    Map<Sha256, BlobState> lock(Collection<Sha256> ids) throws SQLException {
        return read("SELECT sha256, state, at FROM blob_states WHERE sha256 = ANY (?) ORDER BY sha256 FOR UPDATE", ids);
    }

    private Map<Sha256, BlobState> read(String sql, Collection<Sha256> ids) throws SQLException {
        Map<Sha256, BlobState> states = new HashMap<>();
        for (Row row : statements.list(StateRows::row, sql, (Object) hashes(ids))) {
            states.put(row.id(), row.state());
        }
        return states;
    }

    private static Row row(ResultSet row) throws SQLException {
        Instant at = row.getObject(3, OffsetDateTime.class).toInstant();
        String state = row.getString(2);
        return new Row(
                Sha256.of(row.getBytes(1)),
                switch (state) {
                    case "leased" -> new BlobState.Leased(at);
                    case "condemned" -> new BlobState.Condemned(at);
                    case "deleting" -> new BlobState.Deleting(at);
                    default -> throw new SQLException("a blob is " + state);
                });
    }

    /**
     * Gives these blobs a state.
     *
     * @param locked those whose row this transaction has locked; the others have had none, and are left out if they have one by now
     * @return those that have the state now
     */
    Set<Sha256> write(Collection<Sha256> ids, Set<Sha256> locked, BlobState state) throws SQLException {
        Set<Sha256> fresh = new HashSet<>(ids);
        fresh.removeAll(locked);
        Set<Sha256> known = new HashSet<>(ids);
        known.retainAll(locked);
        OffsetDateTime at = at(state).atOffset(ZoneOffset.UTC);
        Set<Sha256> written = new HashSet<>(known);
        if (!known.isEmpty()) {
            statements.update(
                    "UPDATE blob_states SET state = ?, at = ? WHERE sha256 = ANY (?)", name(state), at, hashes(known));
        }
        if (fresh.isEmpty()) {
            return written;
        }
        written.addAll(statements.list(row -> Sha256.of(row.getBytes(1)), """
                INSERT INTO blob_states (sha256, state, at) SELECT sha256, ?, ? FROM unnest(?) AS given (sha256) ORDER BY sha256
                ON CONFLICT DO NOTHING RETURNING sha256""", name(state), at, hashes(fresh)));
        return written;
    }

    private static Instant at(BlobState state) {
        return switch (state) {
            case BlobState.Leased(Instant until) -> until;
            case BlobState.Condemned(Instant since) -> since;
            case BlobState.Deleting(Instant since) -> since;
        };
    }

    private static String name(BlobState state) {
        return switch (state) {
            case BlobState.Leased leased -> "leased";
            case BlobState.Condemned condemned -> "condemned";
            case BlobState.Deleting deleting -> "deleting";
        };
    }

    /** Of the blobs in a state since before then, some, in the order of their ids. */
    List<Sha256> since(String state, Instant before, Sha256 after, int limit) throws SQLException {
        return statements.list(
                row -> Sha256.of(row.getBytes(1)), """
                SELECT sha256 FROM blob_states WHERE state = ? AND at < ? AND sha256 > ? ORDER BY sha256 LIMIT ?""", state, before.atOffset(ZoneOffset.UTC), after.toBytes(), limit);
    }

    void forget(Collection<Sha256> ids) throws SQLException {
        statements.update("DELETE FROM blob_states WHERE sha256 = ANY (?)", (Object) hashes(ids));
    }

    static byte[][] hashes(Collection<Sha256> ids) {
        return ids.stream().map(Sha256::toBytes).toArray(byte[][]::new);
    }
}
