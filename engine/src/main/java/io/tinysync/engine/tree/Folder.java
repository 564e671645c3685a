package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.ItemId;
import io.vavr.collection.HashMap;

/**
 * What a folder holds.
 *
 * @param children live items by their name's key
 * @param height at least the number of levels below the folder; it grows with what comes in and does not shrink with what goes,
 *     so that upkeep costs nothing, and whoever is refused by it measures anew
 */
record Folder(HashMap<NameKey, ItemId> children, int height) {

    static final Folder EMPTY = new Folder(HashMap.empty(), 0);

    Folder with(NameKey key, ItemId child) {
        return new Folder(children.put(key, child), height);
    }

    Folder without(NameKey key) {
        return new Folder(children.remove(key), height);
    }

    Folder ofHeight(int newHeight) {
        return new Folder(children, newHeight);
    }
}
