package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;

/** A view that can be changed; what was written is seen by the reads that follow. All of it takes effect, or none. */
public interface StoreTransaction extends StoreView {

    /** Replaces the device's position. */
    void setPosition(SyncPosition position);

    /** Adds or replaces an item of the server's tree, by its id. */
    void putServerItem(Item item);

    /** Takes an item out of the server's tree; nothing happens if it is not there. What is below it stays. */
    void removeServerItem(ItemId itemId);

    /** Adds or replaces an overlay item, by its id. */
    void putOverlay(OverlayItem item);

    /** Takes an item out of the overlay; nothing happens if it is not there. */
    void removeOverlay(ItemId itemId);

    /** Adds a pending op whose op_id and position no other has. */
    void addPending(PendingOp op);

    /** Writes how far a pending op has come; its position and its intent are as they were. */
    void advancePending(PendingOp op);

    /** Adds or replaces a pending op, by its op_id. */
    void putPending(PendingOp op);

    /** Takes a pending op away; nothing happens if it is not there. */
    void removePending(OpId opId);

    /** A position after every one that was ever given out for this vault, also across restarts. */
    long nextPendingPosition();

    /** Pins an item, or takes its pin away. A pin stays whatever becomes of the item. */
    void setPinned(ItemId itemId, boolean pinned);

    /** Takes a content out of {@link #replacedContents}. */
    void forgetReplaced(Sha256 sha256);

    /** Makes the staged snapshot the server's tree; only within {@link SnapshotLoad#commit}. */
    void adoptStagedTree();
}
