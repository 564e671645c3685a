package io.tinysync.client.store;

import io.tinysync.engine.protocol.ItemId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The pinned items' table and its rows. */
final class PinRows {

    static final String SELECT = "SELECT item_id FROM pin";

    private final Sql sql;

    PinRows(Sql sql) {
        this.sql = sql;
    }

    static ItemId read(ResultSet row) throws SQLException {
        return Columns.itemId(row.getBytes(1));
    }

    boolean has(ItemId itemId) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM pin WHERE item_id = ?", (Object) Columns.bytes(itemId))
                .isPresent();
    }

    List<ItemId> after(Optional<ItemId> after, int limit) throws SQLException {
        return sql.all(
                PinRows::read,
                SELECT + " WHERE item_id > ? ORDER BY item_id LIMIT ?",
                after.map(Columns::bytes).orElse(new byte[0]),
                limit);
    }

    void set(ItemId itemId, boolean pinned) throws SQLException {
        sql.update(pinned ? "INSERT OR IGNORE INTO pin VALUES (?)" : "DELETE FROM pin WHERE item_id = ?", (Object)
                Columns.bytes(itemId));
    }
}
