package io.tinysync.server.journal;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The oldest part of vaults' journals: how old it is, what rests on it, and its deletion. Nothing is deleted that recovery, the log
 * index or the blobs' index could still need. Calls block.
 */
public final class JournalHead {

    /** Rows deleted in one transaction: some ten milliseconds. */
    private static final int STEP = 5_000;

    private final Database database;
    private final PostgresLogIndex index;
    private final PostgresJournal journal;
    private final PostgresVaultSnapshots states;
    private final NamedBlobs namedBlobs;
    private final LogTails tails;

    /** @param tails those of the node, which hear of it when a journal begins later than before */
    public JournalHead(Database database, LogTails tails) {
        this.database = database;
        this.tails = tails;
        this.index = new PostgresLogIndex(database, Runnable::run);
        this.journal = new PostgresJournal(database, Runnable::run);
        this.states = new PostgresVaultSnapshots(database);
        this.namedBlobs = new NamedBlobs(database);
    }

    /** Has everything that must outlive the journal's head take in the whole journal. */
    public void catchUp(VaultId vault) {
        index.catchUpNow(vault);
        namedBlobs.catchUp(vault);
    }

    /** The end of the longest part of the log from the entry after a seq on that is all older than a time; that seq if there is none. */
    public long olderThan(VaultId vault, long after, Instant time) {
        return index.olderThan(vault, after, time);
    }

    public long minRetainedSeq(VaultId vault) {
        return journal.minRetainedSeq(vault);
    }

    public OptionalLong newestProvenState(VaultId vault) {
        return states.newestProven(vault);
    }

    /** Up to where deletions were purged; 0 if none were. */
    public long purgedTo(VaultId vault) {
        return database.run(statements -> statements
                .first(
                        row -> row.getLong(1),
                        "SELECT purged_to_seq FROM vault_retention WHERE vault_id = ?",
                        vault.value())
                .orElse(0L));
    }

    public void purged(VaultId vault, long toSeq) {
        database.run(statements -> statements.update("""
                INSERT INTO vault_retention (vault_id, purged_to_seq) VALUES (?, ?)
                ON CONFLICT (vault_id) DO UPDATE SET purged_to_seq = excluded.purged_to_seq""", vault.value(), toSeq));
    }

    /**
     * Deletes entries up to a seq, oldest first, as far as the oldest proven state, the log index, the blobs' index and the items
     * are beyond them. The entry at the oldest proven state's seq stays, so the journal's highest seq is always there.
     *
     * @return how many were deleted
     */
    public long deleteUpTo(VaultId vault, long seq) {
        long deleted = 0;
        int step = STEP;
        while (step == STEP) {
            step = database.transact(statements -> deleteStep(statements, vault, seq));
            deleted += step;
        }
        tails.forget(vault);
        return deleted;
    }

    private static int deleteStep(Statements statements, VaultId vault, long seq) throws SQLException {
        Optional<Long> needed = statements.first(
                row -> Math.min(row.getLong(1), Math.min(row.getLong(2), Math.min(row.getLong(3), row.getLong(4))) + 1),
                """
                SELECT coalesce((SELECT min(seq) FROM vault_states WHERE vault_id = ? AND proven), 0),
                    coalesce((SELECT max(seq) FROM log_index WHERE vault_id = ?), 0),
                    coalesce((SELECT named_to_seq FROM named_blob_positions WHERE vault_id = ?), 0),
                    coalesce((SELECT projected_to_seq FROM vault_usage WHERE vault_id = ?), 0)""",
                vault.value(),
                vault.value(),
                vault.value(),
                vault.value());
        return statements.update(
                """
                DELETE FROM event_journal WHERE persistence_id = ? AND sequence_number IN (
                    SELECT sequence_number FROM event_journal WHERE persistence_id = ? AND sequence_number < ?
                    ORDER BY sequence_number LIMIT ?)""",
                PostgresJournal.key(vault),
                PostgresJournal.key(vault),
                Math.min(seq + 1, needed.orElse(0L)),
                STEP);
    }
}
