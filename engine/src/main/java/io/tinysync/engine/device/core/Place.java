package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;

/** A name in a folder, whether or not anything is there. */
public record Place(ItemId parentItemId, String name) {

    /** Where the server has an item. */
    static Place of(Item item) {
        return new Place(item.parentItemId(), item.name());
    }
}
