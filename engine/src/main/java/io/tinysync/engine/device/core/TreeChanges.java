package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a transaction has changed in the local tree, for whoever keeps caches of it. Confined to the transaction. */
public final class TreeChanges {

    /** Above this many a cache is better emptied than told. */
    private static final int LIMIT = 20_000;

    private final Set<Place> places = new LinkedHashSet<>();
    private final Set<ItemId> items = new LinkedHashSet<>();
    private boolean everything;

    void changed(Place place) {
        if (places.size() < LIMIT) {
            places.add(place);
        } else {
            everything = true;
        }
    }

    void changed(ItemId itemId) {
        if (items.size() < LIMIT) {
            items.add(itemId);
        } else {
            everything = true;
        }
    }

    void everythingChanged() {
        everything = true;
    }

    /** Names that may show another item, or none. */
    public Set<Place> places() {
        return places;
    }

    /** Items that may be other than before. */
    public Set<ItemId> items() {
        return items;
    }

    /** Whether anything may be other than before; the sets then say nothing. */
    public boolean isEverything() {
        return everything;
    }

    /** Whether nothing is. */
    public boolean isEmpty() {
        return !everything && places.isEmpty() && items.isEmpty();
    }
}
