package io.tinysync.simulation;

import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.tree.NameRules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A kernel's memory of names: what each led to when it was last looked up. It drops those that it is told of, so that one that leads elsewhere and
 * is still here was changed without a word.
 */
final class ToldNames {

    private static final int MAX_NAMES = 64;

    private final DeviceStore store;
    private final NameRules rules;
    private final Map<Place, Optional<ItemId>> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Optional<ItemId>> eldest) {
            return size() > MAX_NAMES;
        }
    };

    ToldNames(DeviceStore store, NameRules rules) {
        this.store = store;
        this.rules = rules;
    }

    /**
     * Something was changed.
     *
     * @param places that may lead elsewhere
     * @param items that are other than before
     * @param stale hears of a name that leads to another item than it did, and was not among those places
     */
    void changed(Set<Place> places, Set<ItemId> items, BiConsumer<Place, Optional<ItemId>> stale) {
        known.keySet().removeAll(places);
        store.read(view -> {
            LocalView tree = new LocalView(view, rules);
            known.keySet().removeIf(place -> !isShown(tree, place.parentItemId()));
            known.forEach((place, item) -> {
                if (!found(tree, place).equals(item)) {
                    stale.accept(place, item);
                }
            });
            places.forEach(place -> look(tree, place));
            items.stream()
                    .flatMap(item -> tree.item(item).stream())
                    .map(LocalItem::place)
                    .forEach(place -> look(tree, place));
            return view;
        });
    }

    private void look(LocalView tree, Place place) {
        if (isShown(tree, place.parentItemId())) {
            known.put(place, found(tree, place));
        }
    }

    /** A folder that is gone, or was merged into another, has no names: those are the other's. */
    private static boolean isShown(LocalView tree, ItemId folder) {
        return tree.item(folder).filter(item -> item.itemId().equals(folder)).isPresent();
    }

    private static Optional<ItemId> found(LocalView tree, Place place) {
        return tree.child(place.parentItemId(), place.name()).map(LocalItem::itemId);
    }

    void everythingChanged() {
        known.clear();
    }
}
