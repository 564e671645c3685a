package io.tinysync.client.store;

import io.tinysync.engine.device.core.ConflictCopy;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The store as one connection's open transaction sees it. */
class SqliteView implements StoreView {

    /** A read or change of rows. */
    interface Work<T> {
        T run() throws SQLException;
    }

    final SqliteTables tables;
    private StoreState state;

    /** A view of what is committed now; reading where the device stands is what settles for SQLite which commit that is. */
    SqliteView(SqliteTables tables) {
        this(tables, tried(() -> StoreState.load(tables.sql())));
    }

    SqliteView(SqliteTables tables, StoreState known) {
        this.tables = tables;
        this.state = known;
    }

    final StoreState state() {
        return state;
    }

    final void state(StoreState changed) {
        state = changed;
    }

    final ServerRows server() {
        return tables.server(state().tree());
    }

    @Override
    public SyncPosition position() {
        return state().position();
    }

    @Override
    public Optional<Item> serverItem(ItemId itemId) {
        return tried(() -> server().byId(itemId));
    }

    @Override
    public Optional<Item> serverChild(ItemId parentItemId, String name) {
        return tried(() -> server().byName(parentItemId, name));
    }

    @Override
    public List<Item> serverChildren(ItemId parentItemId, String afterName, int limit) {
        return tried(() -> server().children(parentItemId, afterName, limit));
    }

    @Override
    public List<Item> serverItems(ItemId after, int limit) {
        return tried(() -> server().inOrder(after, limit));
    }

    @Override
    public Optional<OverlayItem> overlay(ItemId itemId) {
        return tried(() -> tables.overlay().byId(itemId));
    }

    @Override
    public Optional<OverlayItem> overlayChild(ItemId parentItemId, String name) {
        return tried(() -> tables.overlay().byName(parentItemId, name));
    }

    @Override
    public List<Item> inStep(List<Item> items) {
        return tried(() -> tables.overlay().withoutRow(items));
    }

    @Override
    public List<OverlayItem> overlayChildren(ItemId parentItemId, String afterName, int limit) {
        return tried(() -> tables.overlay().children(parentItemId, afterName, limit));
    }

    @Override
    public List<OverlayItem> overlayItems(ItemId after, int limit) {
        return tried(() -> tables.overlay().inOrder(after, limit));
    }

    @Override
    public Optional<PendingOp> pending(OpId opId) {
        return tried(() -> tables.pending().byId(opId));
    }

    @Override
    public List<PendingOp> pendingAfter(long position, int limit) {
        return tried(() -> tables.pending().after(position, limit));
    }

    @Override
    public List<PendingOp> pendingIn(PendingState pendingState, int limit) {
        return tried(() -> tables.pending().inState(pendingState, limit));
    }

    @Override
    public List<PendingOp> pendingOf(ItemId itemId) {
        return tried(() -> tables.pending().ofItem(itemId));
    }

    @Override
    public List<PendingOp> refusedOps(int limit) {
        return tried(() -> tables.pending().refused(limit));
    }

    @Override
    public List<OverlayItem> overlayKept(OverlayItem.Hold hold, int limit) {
        return tried(() -> tables.overlay().kept(hold, limit));
    }

    @Override
    public boolean hasSealed() {
        return tried(() -> tables.overlay().hasSealed());
    }

    @Override
    public List<Item> serverCopies(int limit) {
        return named(tried(() -> server().copies(limit)), Item::name);
    }

    @Override
    public List<OverlayItem> overlayCopies(int limit) {
        return named(tried(() -> tables.overlay().copies(limit)), OverlayItem::name);
    }

    /** The mark alone may stand in the middle of some other name. */
    private static <T> List<T> named(List<T> marked, Function<T, String> name) {
        return marked.stream()
                .filter(each -> ConflictCopy.isNamedSo(name.apply(each)))
                .toList();
    }

    @Override
    public PendingTotals pendingTotals() {
        return state().pendingOps() == 0
                ? PendingTotals.NONE
                : new PendingTotals(
                        state().pendingOps(),
                        state().pendingBytes(),
                        tried(() -> tables.pending().oldestObservedMs()));
    }

    @Override
    public TreeTotals serverTotals() {
        return new TreeTotals(state().serverItems(), state().serverBytes());
    }

    @Override
    public boolean isUnacknowledged(Sha256 sha256) {
        return tried(() -> tables.overlay().has(sha256) || tables.pending().gives(sha256));
    }

    @Override
    public List<Item> serverItemsOf(Sha256 sha256, int limit) {
        return tried(() -> server().ofContent(sha256, limit));
    }

    @Override
    public List<Sha256> replacedContents(Optional<Sha256> after, int limit) {
        return tried(() -> tables.replaced().after(after, limit));
    }

    @Override
    public boolean isPinned(ItemId itemId) {
        return tried(() -> tables.pins().has(itemId));
    }

    @Override
    public List<ItemId> pins(Optional<ItemId> after, int limit) {
        return tried(() -> tables.pins().after(after, limit));
    }

    @Override
    public Optional<Item> stagedItem(ItemId itemId) {
        return Optional.empty();
    }

    static <T> T tried(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw StoreException.of("the device's store failed", e);
        }
    }
}
