package io.tinysync.server.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The projection of the journal that tells which blobs a vault's entries name, and in which entry last. It follows when it is asked
 * to, in transactions of its own, and any number of callers may ask at once. What deletes entries has it catch up before. Calls block.
 */
public final class NamedBlobs {

    /** Entries in one transaction, so that a long way to catch up holds neither memory nor a lock for long. */
    private static final int STEP = 2_000;

    private static final int FETCH_SIZE = 500;

    /** The seq of the vault's oldest entry; of an empty journal nothing is kept. */
    private static final String OLDEST_KEPT = """
            (SELECT coalesce(min(sequence_number), 1) FROM event_journal WHERE persistence_id = ? AND NOT deleted)""";

    private final Database database;

    public NamedBlobs(Database database) {
        this.database = database;
    }

    /** Brings the projection to the journal's head, as it was when this was called or later. */
    public void catchUp(VaultId vaultId) {
        int taken = isAtHead(vaultId) ? 0 : STEP;
        while (taken == STEP) {
            taken = database.transact(statements -> step(statements, vaultId));
        }
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
                INSERT INTO named_blobs (vault_id, sha256, size, first_seq, last_seq) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (vault_id, sha256) DO UPDATE SET last_seq = excluded.last_seq""", step.rows());
        statements.update(
                "UPDATE named_blob_positions SET named_to_seq = ? WHERE vault_id = ?", step.position, vaultId.value());
        return step.taken;
    }

    /** Those of the blobs that an entry names which is kept, as far as the projection has come. */
    public Set<Sha256> retained(VaultId vaultId, Collection<Sha256> asked) {
        return Set.copyOf(database.run(statements -> statements.list(
                row -> Sha256.of(row.getBytes(1)),
                "SELECT sha256 FROM named_blobs WHERE vault_id = ? AND sha256 = ANY (?) AND last_seq >= " + OLDEST_KEPT,
                vaultId.value(),
                hashes(asked),
                PostgresJournal.key(vaultId))));
    }

    /** Some of the blobs that no kept entry names, after this one in the order of ids. */
    public List<Sha256> unretained(VaultId vaultId, Sha256 after, int limit) {
        return database.run(statements -> statements.list(
                row -> Sha256.of(row.getBytes(1)),
                "SELECT sha256 FROM named_blobs WHERE vault_id = ? AND sha256 > ? AND last_seq < " + OLDEST_KEPT
                        + " ORDER BY sha256 LIMIT ?",
                vaultId.value(),
                after.toBytes(),
                PostgresJournal.key(vaultId),
                limit));
    }

    /** The vault no longer answers for these, unless an entry that is kept names them by now. */
    public void drop(VaultId vaultId, Collection<Sha256> unreached) {
        database.run(statements -> statements.update(
                "DELETE FROM named_blobs WHERE vault_id = ? AND sha256 = ANY (?) AND last_seq < " + OLDEST_KEPT,
                vaultId.value(),
                hashes(unreached),
                PostgresJournal.key(vaultId)));
    }

    /** A blob and the vaults that answer for it. */
    public record Named(Sha256 id, long size, List<VaultId> vaults) {
        public Named {
            vaults = List.copyOf(vaults);
        }
    }

    /** Some of all vaults' blobs, after one in the order of ids. */
    public List<Named> page(Optional<Sha256> after, int limit) {
        return database.run(statements -> statements.list(
                row -> new Named(Sha256.of(row.getBytes(1)), row.getLong(2), vaults(row.getArray(3))),
                """
                SELECT sha256, max(size), array_agg(vault_id) FROM named_blobs WHERE sha256 > ?
                GROUP BY sha256 ORDER BY sha256 LIMIT ?""",
                after.map(Sha256::toBytes).orElseGet(() -> new byte[0]),
                limit));
    }

    private static List<VaultId> vaults(Array ids) throws SQLException {
        return Stream.of((Object[]) ids.getArray())
                .map(id -> new VaultId((UUID) id))
                .toList();
    }

    /** Those of the blobs that the vault answers for. */
    public Set<Sha256> known(VaultId vaultId, Collection<Sha256> asked) {
        return Set.copyOf(database.run(statements -> statements.list(
                row -> Sha256.of(row.getBytes(1)),
                "SELECT sha256 FROM named_blobs WHERE vault_id = ? AND sha256 = ANY (?)",
                vaultId.value(),
                hashes(asked))));
    }

    private static byte[][] hashes(Collection<Sha256> ids) {
        return ids.stream().map(Sha256::toBytes).toArray(byte[][]::new);
    }

    /** How the entries of one step name a blob. */
    private record Name(long size, long firstSeq, long lastSeq) {}

    /** What one transaction takes from the journal. */
    private static final class Step {

        private final VaultId vaultId;
        private final Map<Sha256, Name> names = new LinkedHashMap<>();
        private long position;
        private int taken;

        Step(VaultId vaultId, long position) {
            this.vaultId = vaultId;
            this.position = position;
        }

        boolean take(long seq, byte[] event) {
            if (seq != position + 1) {
                throw new IllegalStateException("vault " + vaultId + ": the entries from " + (position + 1) + " to "
                        + (seq - 1) + " are gone, and the blobs that they name were not noted");
            }
            JsonNode content = EntryJson.parsed(event).path("item").path("content");
            if (content.isObject()) {
                Sha256 id = Sha256.parse(content.path("sha256").textValue());
                long size = content.path("size").longValue();
                names.merge(id, new Name(size, seq, seq), (before, now) -> new Name(size, before.firstSeq(), seq));
            }
            position = seq;
            taken++;
            return true;
        }

        /** Each blob once: one statement may not change a row twice. */
        List<Object[]> rows() {
            List<Object[]> rows = new ArrayList<>();
            names.forEach((id, name) -> rows.add(
                    new Object[] {vaultId.value(), id.toBytes(), name.size(), name.firstSeq(), name.lastSeq()}));
            return rows;
        }
    }
}
