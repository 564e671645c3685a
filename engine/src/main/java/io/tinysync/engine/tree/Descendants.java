package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Walks all live items below a folder, parents before children, in memory that grows with the depth and not with the number. */
final class Descendants implements Iterator<Item> {

    private final LiveItems items;
    private final Deque<Iterator<ItemId>> path = new ArrayDeque<>();
    private int level;

    Descendants(LiveItems items, ItemId folder) {
        this.items = items;
        descend(folder);
    }

    @Override
    public boolean hasNext() {
        while (!path.isEmpty() && !path.getLast().hasNext()) {
            path.removeLast();
        }
        return !path.isEmpty();
    }

    @Override
    public Item next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        level = path.size();
        Item item = items.find(path.getLast().next()).orElseThrow();
        if (ItemTree.isFolder(item)) {
            descend(item.itemId());
        }
        return item;
    }

    /** How far below the folder the item is that was returned last; 1 for the folder's own children. */
    int level() {
        return level;
    }

    private void descend(ItemId folder) {
        path.addLast(items.folder(folder).children().valuesIterator());
    }
}
