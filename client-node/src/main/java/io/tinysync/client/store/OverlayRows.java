package io.tinysync.client.store;

import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.OverlayItem.Hold;
import io.tinysync.engine.device.core.OverlayItem.Presence;
import io.tinysync.engine.device.core.Seal;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The overlay's table and its rows. */
final class OverlayRows {

    private static final String COLUMNS = "item_id, presence, merged_into, parent_id, name, kind, sha256, size,"
            + " content_more, target, mode, mtime_ns, hold, seal, bytes";
    static final String SELECT = "SELECT " + COLUMNS + " FROM overlay";
    private static final String SOME_IDS = "SELECT item_id FROM overlay WHERE item_id IN ("
            + String.join(",", Collections.nCopies(StoreView.MAX_TOGETHER, "?")) + ")";
    /** Fewer are asked for one by one: most are known. */
    private static final int FEW = 8;

    private static final String PRESENT = " AND presence = 'PRESENT' ORDER BY name_key, item_id LIMIT ?";

    /** Items that claim one name at once: one per pending act on it; far more than can be. */
    private static final int MAX_OF_ONE_NAME = 10_000;

    private final Sql sql;
    private final UnaryOperator<String> nameKey;
    private final KnownRows<ItemId, OverlayItem> known = new KnownRows<>();
    private final KnownNames<OverlayItem> knownNames = new KnownNames<>(this::nameOf, OverlayItem::itemId);

    OverlayRows(Sql sql, UnaryOperator<String> nameKey) {
        this.sql = sql;
        this.nameKey = nameKey;
    }

    Optional<OverlayItem> byId(ItemId itemId) throws SQLException {
        return known.find(
                itemId,
                () -> sql.first(OverlayRows::read, SELECT + " WHERE item_id = ?", (Object) Columns.bytes(itemId)));
    }

    /** Those of the items that have no row: one query for all, since each of its own costs more than reading an item. */
    List<Item> withoutRow(List<Item> items) throws SQLException {
        if (items.size() < FEW) {
            List<Item> found = new ArrayList<>(items);
            for (Item item : items) {
                if (byId(item.itemId()).isPresent()) {
                    found.remove(item);
                }
            }
            return found;
        }
        byte[][] ids = new byte[StoreView.MAX_TOGETHER][];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Columns.bytes(items.get(Math.min(i, items.size() - 1)).itemId());
        }
        Set<ItemId> rows = new HashSet<>(sql.all(row -> Columns.itemId(row.getBytes(1)), SOME_IDS, (Object[]) ids));
        return items.stream().filter(item -> !rows.contains(item.itemId())).toList();
    }

    Optional<OverlayItem> byName(ItemId parentItemId, String name) throws SQLException {
        return knownNames.find(
                new NameInFolder(parentItemId, nameKey.apply(name)),
                () -> sql.first(
                        OverlayRows::read,
                        SELECT + " WHERE parent_id = ? AND name_key = ?" + PRESENT,
                        Columns.bytes(parentItemId),
                        key(name),
                        1));
    }

    /** A page that is longer than the limit where the items of its last name would be split. */
    List<OverlayItem> children(ItemId parentItemId, String afterName, int limit) throws SQLException {
        List<OverlayItem> page = sql.all(
                OverlayRows::read,
                SELECT + " WHERE parent_id = ? AND name_key > ?" + PRESENT,
                Columns.bytes(parentItemId),
                key(afterName),
                limit);
        if (page.size() == limit) {
            OverlayItem last = page.getLast();
            page.addAll(sql.all(
                    OverlayRows::read,
                    SELECT + " WHERE parent_id = ? AND name_key = ? AND item_id > ?" + PRESENT,
                    Columns.bytes(parentItemId),
                    key(last.name()),
                    Columns.bytes(last.itemId()),
                    MAX_OF_ONE_NAME));
        }
        return page;
    }

    List<OverlayItem> inOrder(ItemId after, int limit) throws SQLException {
        return sql.all(
                OverlayRows::read, SELECT + " WHERE item_id > ? ORDER BY item_id LIMIT ?", Columns.bytes(after), limit);
    }

    List<OverlayItem> kept(Hold hold, int limit) throws SQLException {
        return sql.all(
                OverlayRows::read, SELECT + " WHERE presence = 'PRESENT' AND hold = ? LIMIT ?", hold.name(), limit);
    }

    List<OverlayItem> copies(int limit) throws SQLException {
        return sql.all(
                OverlayRows::read, SELECT + " WHERE presence = 'PRESENT' AND " + Schema.IS_COPY + " LIMIT ?", limit);
    }

    boolean hasSealed() throws SQLException {
        String sealed = "SELECT 1 FROM overlay"
                + " WHERE presence = 'PRESENT' AND hold <> 'LOCAL_ONLY' AND seal IS NOT NULL LIMIT 1";
        return sql.first(row -> row.getInt(1), sealed).isPresent();
    }

    /** Whether an item has this content. */
    boolean has(Sha256 sha256) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM overlay WHERE sha256 = ? LIMIT 1", (Object) sha256.toBytes())
                .isPresent();
    }

    /** Puts a row; the one that was there before. */
    Optional<OverlayItem> put(OverlayItem item) throws SQLException {
        Optional<OverlayItem> before = byId(item.itemId());
        ItemId mergedInto = item.mergedInto();
        Seal seal = item.seal();
        BytesId bytes = item.bytes();
        sql.update(
                "INSERT OR REPLACE INTO overlay (" + COLUMNS + ", name_key) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                Columns.bytes(item.itemId()),
                item.presence().name(),
                mergedInto == null ? null : Columns.bytes(mergedInto),
                Columns.bytes(item.parentItemId()),
                item.name(),
                item.kind().name(),
                Columns.sha256(item.content()),
                Columns.size(item.content()),
                Columns.more(item.content()),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                item.hold().name(),
                seal == null ? null : Columns.json(seal),
                bytes == null ? null : bytes.toString(),
                key(item.name()));
        known.changed(item.itemId(), item);
        if (item.isPresent()) {
            knownNames.put(before, item);
        } else {
            before.ifPresent(knownNames::remove);
        }
        return before;
    }

    /** Removes a row; what it was. */
    Optional<OverlayItem> remove(ItemId itemId) throws SQLException {
        Optional<OverlayItem> before = byId(itemId);
        before.ifPresent(knownNames::remove);
        sql.update("DELETE FROM overlay WHERE item_id = ?", (Object) Columns.bytes(itemId));
        known.changed(itemId, null);
        return before;
    }

    private NameInFolder nameOf(OverlayItem item) {
        return new NameInFolder(item.parentItemId(), nameKey.apply(item.name()));
    }

    /** The rows may be others by now. */
    void forget() {
        known.forget();
        knownNames.forget();
    }

    private byte[] key(String name) {
        return nameKey.apply(name).getBytes(StandardCharsets.UTF_8);
    }

    static OverlayItem read(ResultSet row) throws SQLException {
        byte[] mergedInto = row.getBytes(3);
        String bytes = row.getString(15);
        return new OverlayItem(
                Columns.itemId(row.getBytes(1)),
                Presence.valueOf(row.getString(2)),
                mergedInto == null ? null : Columns.itemId(mergedInto),
                Columns.itemId(row.getBytes(4)),
                row.getString(5),
                ItemKind.valueOf(row.getString(6)),
                Columns.content(row, 7),
                row.getString(10),
                row.getInt(11),
                row.getLong(12),
                Hold.valueOf(row.getString(13)),
                seal(row.getString(14)),
                bytes == null ? null : BytesId.parse(bytes));
    }

    private static @Nullable Seal seal(@Nullable String json) throws SQLException {
        return json == null ? null : Columns.read(json, Seal.class);
    }
}
