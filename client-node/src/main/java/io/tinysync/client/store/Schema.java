package io.tinysync.client.store;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.core.ConflictCopy;
import java.sql.SQLException;
import java.util.List;

/**
 * The store's tables, by version ({@code PRAGMA user_version}): a file of an older one is brought forward in one transaction, one
 * of a newer one is refused. A version that was released is never edited.
 *
 * <p>The server's tree has two tables of one form. One is read, the other takes the snapshot that is being loaded, and adopting it
 * is a change of one number.
 */
final class Schema {

    private static final List<List<String>> VERSIONS = List.of(
            List.of(
                    """
            CREATE TABLE device_state (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              epoch INTEGER NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL, head_seq INTEGER NOT NULL,
              bootstrapped INTEGER NOT NULL, request_no INTEGER NOT NULL, rebase_due INTEGER NOT NULL,
              conflict_copies INTEGER NOT NULL, last_position INTEGER NOT NULL, tree INTEGER NOT NULL,
              server_items INTEGER NOT NULL, server_bytes INTEGER NOT NULL,
              pending_ops INTEGER NOT NULL, pending_bytes INTEGER NOT NULL)""",
                    """
            INSERT INTO device_state VALUES
              (1, 1, 0, '00000000000000000000000000000000', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)""",
                    serverItems(0),
                    serverChildren(0),
                    serverItems(1),
                    serverChildren(1),
                    """
            CREATE TABLE overlay (
              item_id BLOB NOT NULL PRIMARY KEY, presence TEXT NOT NULL, merged_into BLOB,
              parent_id BLOB NOT NULL, name_key BLOB NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
              sha256 BLOB, size INTEGER, content_more TEXT, target TEXT, mode INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
              hold TEXT NOT NULL, seal TEXT) WITHOUT ROWID""",
                    "CREATE INDEX overlay_child ON overlay (parent_id, name_key, item_id) WHERE presence = 'PRESENT'",
                    """
            CREATE TABLE pending (
              position INTEGER PRIMARY KEY, op_id BLOB NOT NULL UNIQUE, item_id BLOB NOT NULL, intent TEXT NOT NULL,
              state TEXT NOT NULL, wire TEXT, accepted_seq INTEGER, code TEXT, attempts INTEGER NOT NULL,
              not_before_ms INTEGER NOT NULL, observed_ms INTEGER NOT NULL, bytes INTEGER NOT NULL)""",
                    "CREATE INDEX pending_item ON pending (item_id, position)",
                    "CREATE INDEX pending_state ON pending (state, position)",
                    "CREATE INDEX pending_observed ON pending (observed_ms)"),
            List.of(copies("server_item_0"), copies("server_item_1"), copies("overlay")),
            List.of(
                    "ALTER TABLE pending ADD COLUMN sha256 BLOB",
                    "UPDATE pending SET sha256 = unhex(json_extract(intent, '$.content.sha256'))",
                    "CREATE INDEX pending_content ON pending (sha256) WHERE sha256 IS NOT NULL",
                    "CREATE INDEX overlay_content ON overlay (sha256) WHERE sha256 IS NOT NULL",
                    serverContents(0),
                    serverContents(1),
                    "CREATE TABLE pin (item_id BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID",
                    "CREATE TABLE replaced_content (sha256 BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID"),
            List.of("ALTER TABLE overlay ADD COLUMN bytes TEXT"),
            List.of(
                    "DROP INDEX pending_state",
                    "CREATE INDEX pending_under_way ON pending (state, position) WHERE state <> 'WAITING'",
                    "CREATE INDEX pending_refused ON pending (position) WHERE code IS NOT NULL"));

    /** Whether a row's name has the mark of a conflict copy; in these very words, so that SQLite uses the index on it. */
    static final String IS_COPY = "instr(name, '" + ConflictCopy.MARK + "') > 0";

    private Schema() {}

    private static String serverItems(int tree) {
        return """
            CREATE TABLE server_item_%d (
              item_id BLOB NOT NULL PRIMARY KEY, parent_id BLOB NOT NULL, name_key BLOB NOT NULL, name TEXT NOT NULL,
              kind TEXT NOT NULL, sha256 BLOB, size INTEGER, content_more TEXT, target TEXT, mode INTEGER NOT NULL,
              mtime_ns INTEGER NOT NULL, version INTEGER NOT NULL, content_version INTEGER NOT NULL,
              placement_version INTEGER NOT NULL) WITHOUT ROWID""".formatted(tree);
    }

    private static String serverChildren(int tree) {
        return "CREATE INDEX server_child_%d ON server_item_%d (parent_id, name_key)".formatted(tree, tree);
    }

    /** The rows that {@link #IS_COPY} finds; nearly none, so that finding them costs nothing. */
    private static String copies(String table) {
        return "CREATE INDEX %s_copy ON %s (item_id) WHERE %s".formatted(table, table, IS_COPY);
    }

    private static String serverContents(int tree) {
        return "CREATE INDEX server_content_%d ON server_item_%d (sha256) WHERE sha256 IS NOT NULL"
                .formatted(tree, tree);
    }

    /** Brings the file to this program's version. */
    static void migrate(Sql sql) throws SQLException {
        int version = sql.first(row -> row.getInt(1), "PRAGMA user_version").orElse(0);
        if (version > VERSIONS.size()) {
            throw new Refusal("the device's store has version " + version + ", and this tinysync knows up to "
                    + VERSIONS.size() + ": use the newer one");
        }
        for (int next = version; next < VERSIONS.size(); next++) {
            sql.execute("BEGIN IMMEDIATE");
            for (String statement : VERSIONS.get(next)) {
                sql.execute(statement);
            }
            sql.execute("PRAGMA user_version = " + (next + 1));
            sql.execute("COMMIT");
        }
    }
}
