package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * What one attached vault's local store holds, as one transaction sees it. Confined to that transaction's call.
 *
 * <p>A child is found by the <em>key</em> of its name under the vault's name policy ({@code tree.NameRules#key}), which the store
 * computes; the item found may be spelled otherwise. Pages of children are in the order of the keys' UTF-8 bytes and begin after
 * the key of {@code afterName}; the empty name stands before all. Every page has at most {@code limit} elements, and a shorter one
 * is the last. The server's tree holds live items only, and not the root.
 */
public interface StoreView {

    /** How many items are asked about together. */
    int MAX_TOGETHER = 256;

    /** Where the device stands. */
    SyncPosition position();

    /** The server's item, as last replayed; empty if it has none or a tombstone. */
    Optional<Item> serverItem(ItemId itemId);

    /** The server's item of that name key in a folder. */
    Optional<Item> serverChild(ItemId parentItemId, String name);

    /** The server's items in a folder. */
    List<Item> serverChildren(ItemId parentItemId, String afterName, int limit);

    /** All of the server's items in the order of their ids' bytes, after the given id; {@link ItemId#ROOT} stands before all. */
    List<Item> serverItems(ItemId after, int limit);

    /** The overlay's item, shown or not. */
    Optional<OverlayItem> overlay(ItemId itemId);

    /** Those of the server's items that the overlay has nothing of; at most {@link #MAX_TOGETHER}. */
    default List<Item> inStep(List<Item> items) {
        return items.stream().filter(item -> overlay(item.itemId()).isEmpty()).toList();
    }

    /** The overlay's present item of that name key in a folder; where several have it, the one with the lowest id. */
    Optional<OverlayItem> overlayChild(ItemId parentItemId, String name);

    /**
     * The overlay's present items in a folder; those of one key in the order of their ids and never
     * split, so that a page may be longer than its limit.
     */
    List<OverlayItem> overlayChildren(ItemId parentItemId, String afterName, int limit);

    /** All overlay items in the order of their ids' bytes, after the given id; {@link ItemId#ROOT} stands before all. */
    List<OverlayItem> overlayItems(ItemId after, int limit);

    /** A pending op. */
    Optional<PendingOp> pending(OpId opId);

    /** Pending ops in their order, after the given position; 0 stands before all. */
    List<PendingOp> pendingAfter(long position, int limit);

    /** The first pending ops of one state, in their order; cheap also where there are none. */
    List<PendingOp> pendingIn(PendingState state, int limit);

    /** All pending ops about one item, in their order. */
    List<PendingOp> pendingOf(ItemId itemId);

    /** The first pending ops that wait because the server refuses them for now, in their order. */
    default List<PendingOp> refusedOps(int limit) {
        return StoreScans.pending(this, op -> op.state() == PendingState.WAITING && op.code() != null, limit);
    }

    /** Some of the overlay's present items that are kept for the given reason. */
    default List<OverlayItem> overlayKept(OverlayItem.Hold hold, int limit) {
        return StoreScans.overlay(this, row -> row.isPresent() && row.hold() == hold, limit);
    }

    /** Whether a present item is sealed that is to leave the device: its content is recorded, and not pending yet. */
    default boolean hasSealed() {
        return !StoreScans.overlay(this, row -> row.isUnsettled() && row.seal() != null, 1)
                .isEmpty();
    }

    /** Some of the server's items with the name of a conflict copy ({@link ConflictCopy#isNamedSo}). */
    default List<Item> serverCopies(int limit) {
        return StoreScans.server(this, item -> ConflictCopy.isNamedSo(item.name()), limit);
    }

    /** Some of the overlay's present items with the name of a conflict copy. */
    default List<OverlayItem> overlayCopies(int limit) {
        return StoreScans.overlay(this, row -> row.isPresent() && ConflictCopy.isNamedSo(row.name()), limit);
    }

    /** How much is pending; cheap enough to be asked at every act. */
    PendingTotals pendingTotals();

    /** Items and bytes of the server's tree; cheap. */
    TreeTotals serverTotals();

    /** Whether an item of the overlay has this content, or a pending op gives it. */
    boolean isUnacknowledged(Sha256 sha256);

    /** The server's items that have this content. */
    List<Item> serverItemsOf(Sha256 sha256, int limit);

    /**
     * Contents that an item had and has no more, in the order of their bytes, after the given one; those that others have too are
     * among them. An entry stays until {@link StoreTransaction#forgetReplaced}.
     */
    List<Sha256> replacedContents(Optional<Sha256> after, int limit);

    /** Whether the item itself is pinned. */
    boolean isPinned(ItemId itemId);

    /** The items that are pinned themselves, in the order of their ids' bytes, after the given id. */
    List<ItemId> pins(Optional<ItemId> after, int limit);

    /** An item of the snapshot that is being adopted; empty outside {@link SnapshotLoad#commit}. */
    Optional<Item> stagedItem(ItemId itemId);
}
