package io.tinysync.server.projection;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ProjectionStatus;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.server.journal.JournalEntries;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseException;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables {@code items} and {@code vault_usage}. Each step is one transaction with its position. Calls block. */
public final class ItemsProjection {

    /** Rows in one batch of a rebuild. */
    private static final int BATCH = 5_000;

    /** For others that have the tables locked, while somebody waits for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final byte[] NO_HASH = {};

    private final Database database;

    public ItemsProjection(Database database) {
        this.database = database;
    }

    /**
     * Takes in what the journal has and the tables have not.
     *
     * @throws IllegalStateException if the journal no longer has what comes next: then only {@link #rebuild} helps
     */
    public void catchUp(VaultId vault) {
        while (database.transact(statements -> step(statements, vault))) {}
    }

    /**
     * Takes in what the journal has at the moment of the call, so that what is read next is no older than that. One query where there is
     * nothing to do.
     *
     * @throws DatabaseException also if somebody else is at work on the tables for longer than {@link #PATIENCE}
     * @throws IllegalStateException as {@link #catchUp}
     */
    public void reach(VaultId vault) {
        Position now = database.run(statements -> Position.read(statements, vault));
        while (now.isBehind() && database.<Boolean>transact(statements -> patientStep(statements, vault))) {
            now = new Position(
                    now.head(),
                    database.run(statements -> Position.read(statements, vault)).projected());
        }
    }

    private record Position(long head, long projected) {

        static Position read(Statements statements, VaultId vault) throws SQLException {
            return statements
                    .first(
                            row -> new Position(row.getLong(1), row.getLong(2)),
                            """
                            SELECT
                                (SELECT coalesce(max(sequence_number), 0) FROM event_journal WHERE persistence_id = ?),
                                coalesce((SELECT projected_to_seq FROM vault_usage WHERE vault_id = ?), 0)""",
                            JournalEntries.key(vault),
                            vault.value())
                    .orElseThrow();
        }

        boolean isBehind() {
            return projected < head;
        }
    }

    private static boolean patientStep(Statements statements, VaultId vault) throws SQLException {
        statements.update("SET LOCAL lock_timeout = '" + PATIENCE.toMillis() + "ms'");
        return step(statements, vault);
    }

    /** Takes the next entries: those up to one that concerns a whole subtree or deletion, or that one; whether there were any. */
    private static boolean step(Statements statements, VaultId vault) throws SQLException {
        long position = lock(statements, vault);
        // A step looks up a few thousand rows: without statistics the planner would read all items for each.
        for (String plan : List.of("enable_hashjoin", "enable_mergejoin", "enable_seqscan")) {
            statements.update("SET LOCAL " + plan + " = off");
        }
        Optional<JournalEntries.Run> run = JournalEntries.nextRun(statements, vault, position);
        if (run.isEmpty()) {
            return false;
        }
        if (run.get().fromSeq() != position + 1) {
            throw new IllegalStateException("the journal of vault " + vault + " begins at "
                    + run.get().fromSeq() + ", the items at " + position + ": rebuild the projection");
        }
        if (run.get().isWide()) {
            ProjectionStatements.applyWide(statements, vault, JournalEntries.read(statements, vault, position + 1));
        } else {
            ProjectionStatements.applyItems(statements, vault, run.get());
        }
        moveTo(statements, vault, run.get().toSeq());
        return true;
    }

    /** The position, whose row is the lock that keeps two followers apart. */
    private static long lock(Statements statements, VaultId vault) throws SQLException {
        statements.update(
                "INSERT INTO vault_usage (vault_id, projected_to_seq) VALUES (?, 0) ON CONFLICT DO NOTHING",
                vault.value());
        return statements
                .first(
                        row -> row.getLong(1),
                        "SELECT projected_to_seq FROM vault_usage WHERE vault_id = ? FOR UPDATE",
                        vault.value())
                .orElseThrow();
    }

    private static void moveTo(Statements statements, VaultId vault, long seq) throws SQLException {
        statements.update("UPDATE vault_usage SET projected_to_seq = ? WHERE vault_id = ?", seq, vault.value());
    }

    /** Makes the tables anew from a state of the vault, in one transaction, and then follows the journal from there. */
    public void rebuild(VaultId vault, VaultState state) {
        database.<Boolean>transact(statements -> {
            lock(statements, vault);
            statements.update("DELETE FROM items WHERE vault_id = ?", vault.value());
            insert(statements, vault, state.tree().liveItems());
            insert(statements, vault, state.tree().tombstones());
            statements.update(
                    "UPDATE vault_usage SET items = ?, bytes = ? WHERE vault_id = ?",
                    state.tree().liveCount(),
                    state.tree().liveBytes(),
                    vault.value());
            moveTo(statements, vault, state.cursor().seq());
            return true;
        });
        catchUp(vault);
    }

    private static void insert(Statements statements, VaultId vault, Iterator<Item> items) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        while (items.hasNext()) {
            rows.add(row(vault, items.next()));
            if (rows.size() == BATCH || !items.hasNext()) {
                statements.updateAll("""
                        INSERT INTO items (vault_id, item_id, parent_item_id, name, kind, sha256, size, version,
                            deleted_at_seq)
                        VALUES (?, ?, ?, ?, ?, nullif(?, ''::bytea), nullif(?, -1), ?, nullif(?, 0))""", rows);
                rows.clear();
            }
        }
    }

    private static Object[] row(VaultId vault, Item item) {
        Content content = item.content();
        Long deletedAt = item.deletedAtSeq();
        return new Object[] {
            vault.value(),
            item.itemId().value(),
            item.parentItemId().value(),
            item.name(),
            item.kind().name().toLowerCase(java.util.Locale.ROOT),
            content == null ? NO_HASH : content.sha256().toBytes(),
            content == null ? -1L : content.size(),
            item.version(),
            deletedAt == null ? 0L : deletedAt
        };
    }

    /** Where every vault's tables stand against its journal. */
    public List<ProjectionStatus> statuses() {
        return database.run(statements -> statements.list(
                row -> new ProjectionStatus(
                        new VaultId(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                """
                SELECT vault_id, name, (SELECT coalesce(max(sequence_number), 0) FROM event_journal
                                        WHERE persistence_id = ? || vault_id),
                    coalesce(projected_to_seq, 0), coalesce(items, 0), coalesce(bytes, 0)
                FROM vaults LEFT JOIN vault_usage USING (vault_id) ORDER BY vault_id""",
                JournalEntries.KEY_PREFIX));
    }
}
