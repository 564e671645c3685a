package io.tinysync.client.store;

import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
            Optional<Item> before = server().put(item);
            replaced(before.map(Item::content), item.content());
            state(state().plusServer(
                            before.isPresent() ? 0 : 1,
                            size(item) - before.map(SqliteTransaction::size).orElse(0L)));
            return item;
        });
    }

    @Override
    public void removeServerItem(ItemId itemId) {
        tried(() -> {
            Optional<Item> before = server().remove(itemId);
            if (before.isPresent()) {
                replaced(before.map(Item::content), null);
                state(state().plusServer(-1, -size(before.get())));
            }
            return itemId;
        });
    }

    private static long size(Item item) {
        Content content = item.content();
        return content == null ? 0 : content.size();
    }

    /** Takes note of a content that an item has no more. */
    private void replaced(Optional<Content> before, @Nullable Content now) throws SQLException {
        if (before.isPresent()
                && (now == null || !now.sha256().equals(before.get().sha256()))) {
            tables.replaced().add(before.get().sha256());
        }
    }

    @Override
    public void putOverlay(OverlayItem item) {
        tried(() -> {
            replaced(tables.overlay().put(item).map(OverlayItem::content), item.content());
            return item;
        });
    }

    @Override
    public void removeOverlay(ItemId itemId) {
        tried(() -> {
            Optional<Content> before = tables.overlay().remove(itemId).map(OverlayItem::content);
            if (before.isPresent()) {
                replaced(before, server().byId(itemId).map(Item::content).orElse(null));
            }
            return itemId;
        });
    }

    @Override
    public void putPending(PendingOp op) {
        removePending(op.opId());
        addPending(op);
    }

    @Override
    public void advancePending(PendingOp op) {
        tried(() -> {
            tables.pending().advance(op);
            return op;
        });
    }

    @Override
    public void addPending(PendingOp op) {
        tried(() -> {
            tables.pending().add(op);
            state(state().plusPending(1, PendingRows.bytes(op))
                    .withLastPosition(Math.max(state().lastPosition(), op.position())));
            return op;
        });
    }

    @Override
    public void removePending(OpId opId) {
        tried(() -> {
            Optional<Long> bytes = tables.pending().remove(opId);
            if (bytes.isPresent()) {
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
    public void setPinned(ItemId itemId, boolean pinned) {
        tried(() -> {
            tables.pins().set(itemId, pinned);
            return itemId;
        });
    }

    @Override
    public void forgetReplaced(Sha256 sha256) {
        tried(() -> {
            tables.replaced().remove(sha256);
            return sha256;
        });
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
