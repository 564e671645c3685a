package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
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

    /** How much is pending; cheap enough to be asked at every act. */
    PendingTotals pendingTotals();

    /** Items and bytes of the server's tree; cheap. */
    TreeTotals serverTotals();

    /** An item of the snapshot that is being adopted; empty outside {@link SnapshotLoad#commit}. */
    Optional<Item> stagedItem(ItemId itemId);
}
