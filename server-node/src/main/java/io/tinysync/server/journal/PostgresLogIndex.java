package io.tinysync.server.journal;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.LogIndex;
import io.tinysync.engine.vault.core.AcceptedOp;
import io.tinysync.engine.vault.core.KnownOps;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The log index in PostgreSQL. Any number of callers may have it catch up at once. */
public final class PostgresLogIndex implements LogIndex {

    /** Entries in one statement: some ten milliseconds. */
    private static final int STEP = 2_000;

    /** Steps in one call of a vault: it calls again, and must not pile up calls that are still at work. */
    private static final int STEPS_AT_ONCE = 10;

    private final Database database;
    private final Executor threads;

    /** @param threads for blocking statements */
    public PostgresLogIndex(Database database, Executor threads) {
        this.database = database;
        this.threads = threads;
    }

    @Override
    public CompletionStage<Long> indexedSeq(VaultId vaultId) {
        return CompletableFuture.supplyAsync(() -> database.run(statements -> position(statements, vaultId)), threads);
    }

    static long position(Statements statements, VaultId vaultId) throws SQLException {
        return statements
                .first(
                        row -> row.getLong(1),
                        "SELECT coalesce(max(seq), 0) FROM log_index WHERE vault_id = ?",
                        vaultId.value())
                .orElseThrow();
    }

    @Override
    public CompletionStage<Long> catchUp(VaultId vaultId) {
        return CompletableFuture.supplyAsync(() -> catchUp(vaultId, STEPS_AT_ONCE), threads);
    }

    /** Takes in all that there is, on the caller's thread. */
    long catchUpNow(VaultId vaultId) {
        return catchUp(vaultId, Integer.MAX_VALUE);
    }

    private long catchUp(VaultId vaultId, int steps) {
        int taken = STEP;
        for (int i = 0; i < steps && taken == STEP; i++) {
            taken = database.run(statements -> step(statements, vaultId));
        }
        return database.run(statements -> position(statements, vaultId));
    }

    /**
     * Copies the next entries, in the order of seq, within the database; how many were read. Two of these at once read the same
     * entries, and the second finds them there. No text of an entry holds a NUL, of which PostgreSQL's JSON knows nothing.
     */
    private static int step(Statements statements, VaultId vaultId) throws SQLException {
        return statements
                .first(row -> row.getInt(1), """
                        WITH next AS MATERIALIZED (
                            SELECT sequence_number, convert_from(event_payload, 'UTF8')::json AS event
                            FROM event_journal
                            WHERE persistence_id = ? AND NOT deleted AND sequence_number >
                                (SELECT coalesce(max(seq), 0) FROM log_index WHERE vault_id = ?)
                            ORDER BY sequence_number LIMIT ?),
                        taken AS (
                            INSERT INTO log_index (vault_id, seq, chain, at, op_id, op_hash)
                            SELECT ?, sequence_number, decode(event -> 'entry' ->> 'chain', 'hex'),
                                (event -> 'entry' ->> 'at')::timestamptz, (event -> 'entry' ->> 'op_id')::uuid,
                                decode(event ->> 'op_hash', 'hex')
                            FROM next ORDER BY sequence_number
                            ON CONFLICT (vault_id, seq) DO NOTHING)
                        SELECT count(*) FROM next""", PostgresJournal.key(vaultId), vaultId.value(), STEP, vaultId.value())
                .orElseThrow();
    }

    private record Found(OpId opId, AcceptedOp op) {}

    /** The position is read first: what is added in between only makes the answer know more than it says. */
    @Override
    public CompletionStage<KnownOps> find(VaultId vaultId, Set<OpId> ops) {
        UUID[] ids = ops.stream().map(OpId::value).toArray(UUID[]::new);
        return CompletableFuture.supplyAsync(
                () -> database.run(statements -> {
                    long toSeq = position(statements, vaultId);
                    List<Found> found = statements.list(
                            row -> new Found(
                                    new OpId(row.getObject(1, UUID.class)),
                                    new AcceptedOp(row.getLong(2), Sha256.of(row.getBytes(3)))),
                            "SELECT op_id, seq, op_hash FROM log_index WHERE vault_id = ? AND op_id = ANY (?)",
                            vaultId.value(),
                            ids);
                    Map<OpId, AcceptedOp> known = new HashMap<>();
                    found.forEach(row -> known.put(row.opId(), row.op()));
                    return new KnownOps(toSeq, known);
                }),
                threads);
    }

    /** The chain of an entry, also of one that is no longer in the journal. */
    static Optional<Chain> chain(Statements statements, VaultId vaultId, long seq) throws SQLException {
        return statements
                .first(
                        row -> row.getBytes(1),
                        "SELECT chain FROM log_index WHERE vault_id = ? AND seq = ?",
                        vaultId.value(),
                        seq)
                .map(bytes -> new Chain(
                        ByteBuffer.wrap(bytes).getLong(0),
                        ByteBuffer.wrap(bytes).getLong(Long.BYTES)));
    }

    /**
     * The end of the longest part of the log, from the entry after a seq on, whose entries all were accepted before a time; that seq
     * if it has none. An entry with a time ahead of the clock thus keeps those after it. What is before is not looked at: the index
     * only grows.
     */
    long olderThan(VaultId vaultId, long after, Instant time) {
        return database.run(statements -> {
            Optional<Long> younger = statements.first(
                    row -> row.getLong(1),
                    "SELECT seq FROM log_index WHERE vault_id = ? AND seq > ? AND at >= ? ORDER BY seq LIMIT 1",
                    vaultId.value(),
                    after,
                    time.atOffset(ZoneOffset.UTC));
            return younger.isPresent() ? younger.get() - 1 : position(statements, vaultId);
        });
    }
}
