package io.tinysync.client.store;

import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import java.sql.SQLException;
import java.util.Optional;

/** The open write transaction. Totals and position are kept here while it runs and written once, by {@link #finish}. */
final class SqliteTransaction extends SqliteView implements StoreTransaction {

    private final StoreState before;
    private final boolean adopting;

    SqliteTransaction(SqliteTables tables, StoreState before, boolean adopting) {
        super(tables, before);
        this.before = before;
        this.adopting = adopting;
    }

    /** Writes what was kept back; the last act before the commit. */
    void finish() throws SQLException {
        if (!state().equals(before)) {
            state().save(tables.sql());
        }
    }

    @Override
    public void setPosition(SyncPosition position) {
        state(state().at(position));
    }

    @Override
    public void putServerItem(Item item) {
        tried(() -> {
            Optional<Long> size = server().sizeOf(item.itemId());
            long newSize = item.content() == null ? 0 : item.content().size();
            server().put(item);
            state(state().plusServer(size.isPresent() ? 0 : 1, newSize - size.orElse(0L)));
            return item;
        });
    }

    @Override
    public void removeServerItem(ItemId itemId) {
        tried(() -> {
            Optional<Long> size = server().sizeOf(itemId);
            if (size.isPresent()) {
                server().remove(itemId);
                state(state().plusServer(-1, -size.get()));
            }
            return itemId;
        });
    }

    @Override
    public void putOverlay(OverlayItem item) {
        tried(() -> {
            tables.overlay().put(item);
            return item;
        });
    }

    @Override
    public void removeOverlay(ItemId itemId) {
        tried(() -> {
            tables.overlay().remove(itemId);
            return itemId;
        });
    }

    @Override
    public void putPending(PendingOp op) {
        tried(() -> {
            removePending(op.opId());
            tables.pending().add(op);
            state(state().plusPending(1, PendingRows.bytes(op))
                    .withLastPosition(Math.max(state().lastPosition(), op.position())));
            return op;
        });
    }

    @Override
    public void removePending(OpId opId) {
        tried(() -> {
            Optional<Long> bytes = tables.pending().bytesOf(opId);
            if (bytes.isPresent()) {
                tables.pending().remove(opId);
                state(state().plusPending(-1, -bytes.get()));
            }
            return opId;
        });
    }

    @Override
    public long nextPendingPosition() {
        state(state().withLastPosition(state().lastPosition() + 1));
        return state().lastPosition();
    }

    @Override
    public Optional<Item> stagedItem(ItemId itemId) {
        return adopting ? tried(() -> staged().byId(itemId)) : Optional.empty();
    }

    @Override
    public void adoptStagedTree() {
        if (!adopting || state().tree() != before.tree()) {
            throw new IllegalStateException("a staged tree is adopted once, within the commit of its load");
        }
        TreeTotals totals = tried(() -> staged().totals());
        state(state().withTree(1 - before.tree(), totals.items(), totals.bytes()));
    }

    /** The table that takes snapshots, whether or not it was adopted within this transaction. */
    ServerRows staged() {
        return tables.server(1 - before.tree());
    }
}
