package io.tinysync.server.projection;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.journal.JournalEntries;
import io.tinysync.server.postgres.Statements;
import java.sql.SQLException;
import java.util.UUID;

/** What entries do to the tables, with the usage kept beside. */
final class ProjectionStatements {

    private ProjectionStatements() {}

    /** Entries that concern one item each: the last state of each item is what counts. */
    static void applyItems(Statements statements, VaultId vault, JournalEntries.Run run) throws SQLException {
        UUID id = vault.value();
        statements.update("""
                WITH entries AS MATERIALIZED (
                    SELECT sequence_number, convert_from(event_payload, 'UTF8')::json -> 'entry' -> 'item' AS item
                    FROM event_journal WHERE persistence_id = ? AND sequence_number BETWEEN ? AND ?),
                latest AS MATERIALIZED (
                    SELECT DISTINCT ON (1) (item ->> 'item_id')::uuid AS item_id,
                        (item ->> 'parent_item_id')::uuid AS parent_item_id, item ->> 'name' AS name,
                        item ->> 'kind' AS kind, decode(item -> 'content' ->> 'sha256', 'hex') AS sha256,
                        (item -> 'content' ->> 'size')::bigint AS size, (item ->> 'version')::bigint AS version,
                        (item ->> 'deleted_at_seq')::bigint AS deleted_at_seq
                    FROM entries WHERE item IS NOT NULL ORDER BY 1, sequence_number DESC),
                before AS (
                    SELECT count(*) AS items, coalesce(sum(items.size), 0) AS bytes FROM items JOIN latest USING (item_id)
                    WHERE vault_id = ? AND items.deleted_at_seq IS NULL),
                after AS (
                    SELECT count(*) AS items, coalesce(sum(size), 0) AS bytes FROM latest WHERE deleted_at_seq IS NULL),
                written AS (
                    INSERT INTO items (vault_id, item_id, parent_item_id, name, kind, sha256, size, version,
                        deleted_at_seq)
                    SELECT ?, item_id, parent_item_id, name, kind, sha256, size, version, deleted_at_seq FROM latest
                    ON CONFLICT (vault_id, item_id) DO UPDATE SET parent_item_id = excluded.parent_item_id,
                        name = excluded.name, kind = excluded.kind, sha256 = excluded.sha256, size = excluded.size,
                        version = excluded.version, deleted_at_seq = excluded.deleted_at_seq)
                UPDATE vault_usage SET items = vault_usage.items + after.items - before.items,
                    bytes = vault_usage.bytes + after.bytes - before.bytes
                FROM before, after WHERE vault_id = ?""", JournalEntries.key(vault), run.fromSeq(), run.toSeq(), id, id, id);
    }

    /** An entry that concerns more items than the one that it carries. */
    static void applyWide(Statements statements, VaultId vault, JsonNode entry) throws SQLException {
        UUID top = UUID.fromString(entry.path("item").path("item_id").textValue());
        long seq = entry.path("seq").longValue();
        String kind = entry.path("kind").textValue();
        switch (kind) {
            case "delete_subtree" -> deleteSubtree(statements, vault.value(), top, seq);
            case "restore" -> {
                restoreSubtree(statements, vault.value(), top, seq);
                applyItems(statements, vault, new JournalEntries.Run(seq, seq, true));
            }
            case "purge" ->
                statements.update(
                        "DELETE FROM items WHERE vault_id = ? AND deleted_at_seq = ?",
                        vault.value(),
                        entry.path("item").path("deleted_at_seq").longValue());
            default -> throw new IllegalStateException("an entry of kind " + kind + " for a whole subtree");
        }
    }

    private static void deleteSubtree(Statements statements, UUID vault, UUID top, long seq) throws SQLException {
        statements.update("""
                WITH RECURSIVE below AS (
                    SELECT item_id FROM items WHERE vault_id = ? AND item_id = ? AND deleted_at_seq IS NULL
                    UNION ALL
                    SELECT items.item_id FROM items JOIN below ON items.parent_item_id = below.item_id
                    WHERE items.vault_id = ? AND items.deleted_at_seq IS NULL),
                gone AS (
                    UPDATE items SET deleted_at_seq = ?, version = ? FROM below
                    WHERE items.vault_id = ? AND items.item_id = below.item_id RETURNING size)
                UPDATE vault_usage SET items = items - (SELECT count(*) FROM gone),
                    bytes = bytes - (SELECT coalesce(sum(size), 0) FROM gone)
                WHERE vault_id = ?""", vault, top, vault, seq, seq, vault, vault);
    }

    /** What went with the same deletion as the top. */
    private static void restoreSubtree(Statements statements, UUID vault, UUID top, long seq) throws SQLException {
        statements.update("""
                WITH RECURSIVE below AS (
                    SELECT item_id, deleted_at_seq FROM items
                    WHERE vault_id = ? AND item_id = ? AND deleted_at_seq IS NOT NULL
                    UNION ALL
                    SELECT items.item_id, items.deleted_at_seq FROM items
                    JOIN below ON items.parent_item_id = below.item_id AND items.deleted_at_seq = below.deleted_at_seq
                    WHERE items.vault_id = ?),
                back AS (
                    UPDATE items SET deleted_at_seq = NULL, version = ? FROM below
                    WHERE items.vault_id = ? AND items.item_id = below.item_id RETURNING size)
                UPDATE vault_usage SET items = items + (SELECT count(*) FROM back),
                    bytes = bytes + (SELECT coalesce(sum(size), 0) FROM back)
                WHERE vault_id = ?""", vault, top, vault, seq, vault, vault);
    }
}
