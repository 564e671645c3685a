package io.tinysync.server.links;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import io.tinysync.server.projection.ItemsProjection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The live files and folders of a vault, as a link shows them, from the table {@code items}. Symbolic links are not among them: their targets may lie outside.
 * All ways lead down from an item, so nothing beside or above it is reached. Calls block.
 */
public final class SharedItems {

    private static final String SELECT = "SELECT item_id, name, sha256, size FROM items ";
    private static final String LIVE = "deleted_at_seq IS NULL AND kind IN ('file', 'folder')";
    private static final String CHILDREN = "WHERE vault_id = ? AND parent_item_id = ? AND " + LIVE;

    /** Folders first, then by name without regard to the case of A to Z: as the index {@code items_by_name} has them. */
    private static final String ORDER = "(kind <> 'folder'), lower(name COLLATE \"C\"), (name COLLATE \"C\")";

    private final Database database;
    private final ItemsProjection projection;

    public SharedItems(Database database) {
        this.database = database;
        this.projection = new ItemsProjection(database);
    }

    /** The item, and an answer for it no older than this call; empty if it does not live or cannot be shared. */
    public Optional<SharedItem> find(VaultId vault, ItemId item) {
        projection.reach(vault);
        return database.run(statements -> statements.first(
                SharedItems::item,
                SELECT + "WHERE vault_id = ? AND item_id = ? AND " + LIVE,
                vault.value(),
                item.value()));
    }

    /** What is found below an item by names, from folder to folder; the item itself by none. */
    public Optional<SharedItem> below(VaultId vault, SharedItem top, List<String> names) {
        return database.run(statements -> {
            Optional<SharedItem> at = Optional.of(top);
            for (String name : names) {
                at = at.isEmpty() ? at : child(statements, vault, at.get(), name);
            }
            return at;
        });
    }

    /** By the exact name. */
    private static Optional<SharedItem> child(Statements statements, VaultId vault, SharedItem folder, String name)
            throws SQLException {
        return statements.first(
                SharedItems::item,
                SELECT + CHILDREN + """
                 AND (kind <> 'folder') IN (FALSE, TRUE)
                AND lower(name COLLATE "C") = lower(? COLLATE "C") AND (name COLLATE "C") = ?""",
                vault.value(),
                folder.itemId().value(),
                name,
                name);
    }

    /** The first items of a folder in their order. */
    public List<SharedItem> first(VaultId vault, ItemId folder, int limit) {
        return database.run(statements -> statements.list(
                SharedItems::item,
                SELECT + CHILDREN + " ORDER BY " + ORDER + " LIMIT ?",
                vault.value(),
                folder.value(),
                limit));
    }

    /** Those that follow on one, which need not be there any more. */
    public List<SharedItem> after(VaultId vault, ItemId folder, boolean isFolder, String name, int limit) {
        return database.run(statements -> statements.list(
                SharedItems::item,
                SELECT + CHILDREN + " AND (" + ORDER + ") > (?, lower(? COLLATE \"C\"), ? COLLATE \"C\") ORDER BY "
                        + ORDER + " LIMIT ?",
                vault.value(),
                folder.value(),
                !isFolder,
                name,
                name,
                limit));
    }

    /** How many files and folders are below a folder; where there are more than the limit, one more than that. */
    public long countBelow(VaultId vault, ItemId folder, long limit) {
        return database.run(statements -> statements.first(
                        row -> row.getLong(1),
                        """
                WITH RECURSIVE below AS (
                    SELECT item_id FROM items WHERE vault_id = ? AND parent_item_id = ? AND %1$s
                    UNION ALL
                    SELECT items.item_id FROM items JOIN below ON parent_item_id = below.item_id
                    WHERE vault_id = ? AND %1$s)
                SELECT count(*) FROM (SELECT 1 FROM below LIMIT ?) counted""".formatted(LIVE),
                        vault.value(),
                        folder.value(),
                        vault.value(),
                        limit + 1))
                .orElseThrow();
    }

    /** Whether an item lives and is the other one or below it, not older than this call. */
    public boolean isStillBelow(VaultId vault, ItemId top, ItemId item) {
        projection.reach(vault);
        return database.run(statements -> statements.first(
                        row -> row.getBoolean(1), """
                WITH RECURSIVE above AS (
                    SELECT item_id, parent_item_id FROM items
                    WHERE vault_id = ? AND item_id = ? AND deleted_at_seq IS NULL
                    UNION ALL
                    SELECT items.item_id, items.parent_item_id FROM items JOIN above ON items.item_id = above.parent_item_id
                    WHERE vault_id = ? AND deleted_at_seq IS NULL)
                SELECT EXISTS (SELECT 1 FROM above WHERE item_id = ?)""", vault.value(), item.value(), vault.value(), top.value()))
                .orElseThrow();
    }

    private static SharedItem item(ResultSet row) throws SQLException {
        byte[] hash = row.getBytes(3);
        return new SharedItem(
                new ItemId(row.getObject(1, UUID.class)),
                row.getString(2),
                hash == null ? Optional.empty() : Optional.of(Sha256.of(hash)),
                row.getLong(4));
    }
}
