package io.tinysync.client.store;

import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One of the two tables of the server's tree, and its rows. */
final class ServerRows {

    private static final String COLUMNS = "item_id, parent_id, name, kind, sha256, size, content_more, target, mode,"
            + " mtime_ns, version, content_version, placement_version";

    private final Sql sql;
    private final UnaryOperator<String> nameKey;
    private final String byId;
    private final String byName;
    private final String children;
    private final String inOrder;
    private final String copies;
    private final String put;
    private final String remove;
    private final String ofContent;
    private final String totals;
    private final String clear;
    private final KnownRows<ItemId, Item> known = new KnownRows<>();
    private final KnownNames<Item> knownNames = new KnownNames<>(this::nameOf, Item::itemId);

    ServerRows(Sql sql, int tree, UnaryOperator<String> nameKey) {
        this.sql = sql;
        this.nameKey = nameKey;
        String table = "server_item_" + tree;
        String select = all(tree);
        byId = select + " WHERE item_id = ?";
        byName = select + " WHERE parent_id = ? AND name_key = ? LIMIT 1";
        children = select + " WHERE parent_id = ? AND name_key > ? ORDER BY name_key LIMIT ?";
        inOrder = select + " WHERE item_id > ? ORDER BY item_id LIMIT ?";
        copies = select + " WHERE " + Schema.IS_COPY + " LIMIT ?";
        put = "INSERT OR REPLACE INTO " + table + " (" + COLUMNS + ", name_key) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
        remove = "DELETE FROM " + table + " WHERE item_id = ?";
        ofContent = select + " WHERE sha256 = ? LIMIT ?";
        totals = "SELECT count(*), ifnull(sum(size), 0) FROM " + table;
        clear = "DELETE FROM " + table;
    }

    static String all(int tree) {
        return "SELECT " + COLUMNS + " FROM server_item_" + tree;
    }

    Optional<Item> byId(ItemId itemId) throws SQLException {
        return known.find(itemId, () -> sql.first(ServerRows::read, byId, (Object) Columns.bytes(itemId)));
    }

    Optional<Item> byName(ItemId parentItemId, String name) throws SQLException {
        return knownNames.find(
                new NameInFolder(parentItemId, nameKey.apply(name)),
                () -> sql.first(row -> read(row, parentItemId), byName, Columns.bytes(parentItemId), key(name)));
    }

    List<Item> children(ItemId parentItemId, String afterName, int limit) throws SQLException {
        return sql.all(row -> read(row, parentItemId), children, Columns.bytes(parentItemId), key(afterName), limit);
    }

    List<Item> inOrder(ItemId after, int limit) throws SQLException {
        return sql.all(ServerRows::read, inOrder, Columns.bytes(after), limit);
    }

    List<Item> copies(int limit) throws SQLException {
        return sql.all(ServerRows::read, copies, limit);
    }

    /** The items that have a content. */
    List<Item> ofContent(Sha256 sha256, int limit) throws SQLException {
        return sql.all(ServerRows::read, ofContent, sha256.toBytes(), limit);
    }

    TreeTotals totals() throws SQLException {
        return sql.first(row -> new TreeTotals(row.getLong(1), row.getLong(2)), totals)
                .orElseThrow();
    }

    /** Puts an item; the one that was there before. */
    Optional<Item> put(Item item) throws SQLException {
        Optional<Item> before = byId(item.itemId());
        write(before, item);
        return before;
    }

    /** Adds an item that is not there. */
    void add(Item item) throws SQLException {
        write(Optional.empty(), item);
    }

    private void write(Optional<Item> before, Item item) throws SQLException {
        sql.update(
                put,
                Columns.bytes(item.itemId()),
                Columns.bytes(item.parentItemId()),
                item.name(),
                item.kind().name(),
                Columns.sha256(item.content()),
                Columns.size(item.content()),
                Columns.more(item.content()),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                item.version(),
                item.contentVersion(),
                item.placementVersion(),
                key(item.name()));
        known.changed(item.itemId(), item);
        knownNames.put(before, item);
    }

    /** Removes an item; what it was. */
    Optional<Item> remove(ItemId itemId) throws SQLException {
        Optional<Item> before = byId(itemId);
        if (before.isPresent()) {
            knownNames.remove(before.get());
            sql.update(remove, (Object) Columns.bytes(itemId));
            known.changed(itemId, null);
        }
        return before;
    }

    private NameInFolder nameOf(Item item) {
        return new NameInFolder(item.parentItemId(), nameKey.apply(item.name()));
    }

    /** Drops all rows; SQLite frees the pages without visiting the rows. */
    void clear() throws SQLException {
        sql.update(clear);
        forget();
    }

    /** The rows may be others by now. */
    void forget() {
        known.forget();
        knownNames.forget();
    }

    private byte[] key(String name) {
        return nameKey.apply(name).getBytes(StandardCharsets.UTF_8);
    }

    static Item read(ResultSet row) throws SQLException {
        return read(row, Columns.itemId(row.getBytes(2)));
    }

    /** A row whose folder is known: a folder's items share its id. */
    private static Item read(ResultSet row, ItemId parentItemId) throws SQLException {
        return new Item(
                Columns.itemId(row.getBytes(1)),
                parentItemId,
                row.getString(3),
                ItemKind.valueOf(row.getString(4)),
                Columns.content(row, 5),
                row.getString(8),
                row.getInt(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13),
                null);
    }
}
