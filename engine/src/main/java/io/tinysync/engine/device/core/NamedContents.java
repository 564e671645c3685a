package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Sha256;
import java.util.List;
import java.util.Optional;

/** Which contents must stay on this device, by what its records say. */
public final class NamedContents {

    /** Items that may share one content before it stays for good: not to be looked through at every drop. */
    private static final int MAX_ITEMS = 100;

    /** Why a content stays. */
    public enum Reason {
        /**
         * The server has not acknowledged what names it, or a program has yet to close it, or it never leaves this device; or the
         * server's tree is not here, so that nobody knows.
         */
        UNACKNOWLEDGED,
        /** An item that has it is pinned, or is in a folder that is. */
        PINNED,
        /** An item has it, which is why it is worth having. */
        NAMED
    }

    private final StoreView store;
    private final LocalView tree;

    public NamedContents(StoreView store, LocalView tree) {
        this.store = store;
        this.tree = tree;
    }

    /** The strongest reason; empty if nothing names the content any more. */
    public Optional<Reason> reason(Sha256 sha256) {
        if (!store.position().bootstrapped() || store.isUnacknowledged(sha256)) {
            return Optional.of(Reason.UNACKNOWLEDGED);
        }
        List<Item> items = store.serverItemsOf(sha256, MAX_ITEMS);
        if (items.isEmpty()) {
            return Optional.empty();
        }
        boolean pinned = items.size() == MAX_ITEMS
                || items.stream().anyMatch(item -> pin(item.itemId()).isPresent());
        return Optional.of(pinned ? Reason.PINNED : Reason.NAMED);
    }

    /** The pinned item that keeps an item here: itself, or the nearest folder that it is in. */
    public Optional<LocalItem> pin(ItemId itemId) {
        Optional<LocalItem> at = tree.item(itemId);
        for (int steps = 0; steps <= Limits.MAX_DEPTH && at.isPresent(); steps++) {
            if (store.isPinned(at.get().itemId())) {
                return at;
            }
            if (at.get().itemId().isRoot()) {
                break;
            }
            at = tree.item(at.get().parentItemId());
        }
        return Optional.empty();
    }
}
