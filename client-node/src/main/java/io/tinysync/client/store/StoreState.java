package io.tinysync.client.store;

import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The one row that says where the device stands.
 *
 * @param position as the engine has it
 * @param lastPosition the last place among pending ops that was given out
 * @param tree which of the two tables holds the server's tree: 0 or 1
 * @param serverItems items in it
 * @param serverBytes of their contents
 * @param pendingOps rows in {@code pending}
 * @param pendingBytes of the contents that they give
 */
record StoreState(
        SyncPosition position,
        long lastPosition,
        int tree,
        long serverItems,
        long serverBytes,
        long pendingOps,
        long pendingBytes) {

    static StoreState load(Sql sql) throws SQLException {
        return sql.first(StoreState::read, """
                SELECT epoch, seq, chain, head_seq, bootstrapped, request_no, rebase_due, conflict_copies,
                  last_position, tree, server_items, server_bytes, pending_ops, pending_bytes
                FROM device_state""").orElseThrow(() -> new SQLException("the store has no state row"));
    }

    private static StoreState read(ResultSet row) throws SQLException {
        Cursor cursor = new Cursor(row.getLong(1), row.getLong(2), Chain.parse(row.getString(3)));
        SyncPosition position = new SyncPosition(
                cursor, row.getLong(4), row.getInt(5) != 0, row.getLong(6), row.getInt(7) != 0, row.getLong(8));
        return new StoreState(
                position,
                row.getLong(9),
                row.getInt(10),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13),
                row.getLong(14));
    }

    void save(Sql sql) throws SQLException {
        Cursor cursor = position.cursor();
        sql.update(
                """
                UPDATE device_state SET epoch = ?, seq = ?, chain = ?, head_seq = ?, bootstrapped = ?, request_no = ?,
                  rebase_due = ?, conflict_copies = ?, last_position = ?, tree = ?, server_items = ?, server_bytes = ?,
                  pending_ops = ?, pending_bytes = ?""",
                cursor.epoch(),
                cursor.seq(),
                cursor.chain().toString(),
                position.headSeq(),
                position.bootstrapped() ? 1 : 0,
                position.requestNo(),
                position.rebaseDue() ? 1 : 0,
                position.conflictCopies(),
                lastPosition,
                tree,
                serverItems,
                serverBytes,
                pendingOps,
                pendingBytes);
    }

    StoreState at(SyncPosition newPosition) {
        return new StoreState(newPosition, lastPosition, tree, serverItems, serverBytes, pendingOps, pendingBytes);
    }

    StoreState withLastPosition(long newLastPosition) {
        return new StoreState(position, newLastPosition, tree, serverItems, serverBytes, pendingOps, pendingBytes);
    }

    StoreState withTree(int newTree, long items, long bytes) {
        return new StoreState(position, lastPosition, newTree, items, bytes, pendingOps, pendingBytes);
    }

    StoreState plusServer(long items, long bytes) {
        return withTree(tree, serverItems + items, serverBytes + bytes);
    }

    StoreState plusPending(long ops, long bytes) {
        return new StoreState(
                position, lastPosition, tree, serverItems, serverBytes, pendingOps + ops, pendingBytes + bytes);
    }
}
