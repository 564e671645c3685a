package io.tinysync.server.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.VaultEntity;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.util.Optional;

/** The journal's entries for those who follow it in SQL. */
public final class JournalEntries {

    /** What stands before a vault's id in the journal's {@code persistence_id}. */
    public static final String KEY_PREFIX = VaultEntity.KEY.name() + "|";

    /** Entries in one run: some ten milliseconds. */
    private static final int RUN = 2_000;

    private JournalEntries() {}

    /**
     * Entries that follow one another.
     *
     * @param isWide whether it is one entry that concerns other items than the one that it carries
     */
    public record Run(long fromSeq, long toSeq, boolean isWide) {}

    /** A vault's rows in the journal. */
    public static String key(VaultId vault) {
        return PostgresJournal.key(vault);
    }

    /** The next entries after a seq, of one sort; empty if there are none. */
    public static Optional<Run> nextRun(Statements statements, VaultId vault, long after) throws SQLException {
        return statements
                .first(row -> run(row.getLong(1), row.getLong(2), row.getLong(3)), """
                WITH next AS (
                    SELECT sequence_number, convert_from(event_payload, 'UTF8')::json -> 'entry' AS entry
                    FROM event_journal WHERE persistence_id = ? AND sequence_number > ?
                    ORDER BY sequence_number LIMIT ?)
                SELECT coalesce(min(sequence_number), 0), coalesce(max(sequence_number), 0),
                    coalesce(min(sequence_number) FILTER (
                        WHERE entry ->> 'scope' = 'subtree' OR entry ->> 'kind' = 'purge'), 0)
                FROM next""", key(vault), after, RUN)
                .filter(run -> run.fromSeq() > 0);
    }

    private static Run run(long from, long to, long wide) {
        if (wide == 0) {
            return new Run(from, to, false);
        }
        return wide == from ? new Run(from, from, true) : new Run(from, wide - 1, false);
    }

    /** An entry that is there. */
    public static ObjectNode read(Statements statements, VaultId vault, long seq) throws SQLException {
        return statements
                .first(
                        row -> EntryJson.parsed(row.getBytes(1)),
                        "SELECT event_payload FROM event_journal WHERE persistence_id = ? AND sequence_number = ?",
                        key(vault),
                        seq)
                .orElseThrow();
    }
}
