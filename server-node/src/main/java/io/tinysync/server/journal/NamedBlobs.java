package io.tinysync.server.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The projection of the journal that tells which blobs a vault's entries name. It follows when it is asked to, in transactions of
 * its own, and any number of callers may ask at once. Calls block.
 */
final class NamedBlobs {

    /** Entries in one transaction, so that a long way to catch up holds neither memory nor a lock for long. */
    private static final int STEP = 2_000;

    private static final int FETCH_SIZE = 500;

    private final Database database;

    NamedBlobs(Database database) {
        this.database = database;
    }

    /** Brings the projection to the journal's head, as it was when this was called or later; false if it was there already. */
    boolean catchUp(VaultId vaultId) {
        if (isAtHead(vaultId)) {
            return false;
        }
        int taken = STEP;
        while (taken == STEP) {
            taken = database.transact(statements -> step(statements, vaultId));
        }
        return true;
    }

    private boolean isAtHead(VaultId vaultId) {
        return database.run(statements -> statements
                .first(row -> row.getBoolean(1), """
                        SELECT (SELECT coalesce(max(sequence_number), 0) FROM event_journal WHERE persistence_id = ?)
                            = (SELECT coalesce(max(named_to_seq), 0) FROM named_blob_positions WHERE vault_id = ?)""", PostgresJournal.key(vaultId), vaultId.value())
                .orElseThrow());
    }

    /** Takes the next entries; how many there were. The position's row is the lock that keeps two of these apart. */
    private static int step(Statements statements, VaultId vaultId) throws SQLException {
        statements.update(
                "INSERT INTO named_blob_positions (vault_id, named_to_seq) VALUES (?, 0) ON CONFLICT DO NOTHING",
                vaultId.value());
        long position = statements
                .first(
                        row -> row.getLong(1),
                        "SELECT named_to_seq FROM named_blob_positions WHERE vault_id = ? FOR UPDATE",
                        vaultId.value())
                .orElseThrow();
        Step step = new Step(vaultId, position);
        statements.visit(
                FETCH_SIZE,
                row -> step.take(row.getLong(1), row.getBytes(2)),
                """
                SELECT sequence_number, event_payload FROM event_journal
                WHERE persistence_id = ? AND sequence_number > ? ORDER BY sequence_number LIMIT ?""",
                PostgresJournal.key(vaultId),
                position,
                STEP);
        statements.updateAll("""
                INSERT INTO named_blobs (vault_id, sha256, size, first_seq) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING""", step.rows);
        statements.update(
                "UPDATE named_blob_positions SET named_to_seq = ? WHERE vault_id = ?", step.position, vaultId.value());
        return step.taken;
    }

    /** What one transaction takes from the journal. */
    private static final class Step {

        private final VaultId vaultId;
        private final List<Object[]> rows = new ArrayList<>();
        private long position;
        private int taken;

        Step(VaultId vaultId, long position) {
            this.vaultId = vaultId;
            this.position = position;
        }

        boolean take(long seq, byte[] event) {
            JsonNode content = EntryJson.parsed(event).path("item").path("content");
            if (content.isObject()) {
                byte[] hash = Sha256.parse(content.path("sha256").textValue()).toBytes();
                rows.add(new Object[] {
                    vaultId.value(), hash, content.path("size").longValue(), seq
                });
            }
            position = seq;
            taken++;
            return true;
        }
    }
}
