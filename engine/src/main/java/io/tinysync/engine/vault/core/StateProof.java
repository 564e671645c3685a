package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.tree.ItemTree;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;

/** Compares items with a tree as they are read, so that no second tree is built. */
final class StateProof {

    private final ItemTree tree;

    StateProof(ItemTree tree) {
        this.tree = tree;
    }

    /**
     * The tree itself, if the items are exactly its.
     *
     * @throws IllegalStateException if they are not
     */
    ItemTree compare(NamePolicy policy, Iterator<Item> live, Iterator<Item> tombstones) {
        if (policy != tree.policy()
                || compared(live, tree::live) != tree.liveCount()
                || compared(tombstones, tree::tombstone) != tree.tombstoneCount()) {
            throw new IllegalStateException("items are missing");
        }
        return tree;
    }

    /** How many items there are, each of which is in the tree as it was read. */
    private static long compared(Iterator<Item> items, Function<ItemId, Optional<Item>> inTree) {
        long count = 0;
        while (items.hasNext()) {
            Item item = items.next();
            if (!inTree.apply(item.itemId()).equals(Optional.of(item))) {
                throw new IllegalStateException("item " + item.itemId() + " is another");
            }
            count++;
        }
        return count;
    }
}
