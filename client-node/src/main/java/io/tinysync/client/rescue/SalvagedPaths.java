package io.tinysync.client.rescue;

import io.tinysync.client.store.Salvage;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import java.util.Optional;

/** Where items are, as far as the records that can be read say. */
final class SalvagedPaths {

    /** The folder of what is in a folder of which nothing can be read. */
    private static final String LOST = "lost";

    private final Salvage store;

    SalvagedPaths(Salvage store) {
        this.store = store;
    }

    /** The item's path from the vault's root; empty if nothing of it can be read. */
    Optional<String> of(ItemId itemId) {
        return place(itemId).map(place -> of(place.parentItemId(), place.name()));
    }

    /** The path of the file to which bytes belong that are in no content yet; empty if no record names them. */
    Optional<String> of(BytesId bytes) {
        return store.overlay().values().stream()
                .filter(row -> bytes.equals(row.bytes()))
                .findFirst()
                .map(row -> of(row.parentItemId(), row.name()));
    }

    /** The path of a name in a folder. */
    String of(ItemId parentItemId, String name) {
        StringBuilder path = new StringBuilder(plain(name));
        ItemId folder = parentItemId;
        for (int steps = 0; steps < Limits.MAX_DEPTH && !folder.isRoot(); steps++) {
            Optional<Place> place = place(folder);
            if (place.isEmpty()) {
                return path.insert(0, LOST + "/" + folder + "/").toString();
            }
            path.insert(0, plain(place.get().name()) + "/");
            folder = place.get().parentItemId();
        }
        return path.toString();
    }

    private Optional<Place> place(ItemId itemId) {
        OverlayItem row = store.overlay().get(itemId);
        for (int steps = 0; steps < Limits.MAX_DEPTH && row != null && row.mergedInto() != null; steps++) {
            ItemId other = row.mergedInto();
            row = store.overlay().get(other);
            if (row == null) {
                return onServer(other);
            }
        }
        return row == null ? onServer(itemId) : Optional.of(row.place());
    }

    private Optional<Place> onServer(ItemId itemId) {
        return store.serverItem(itemId).map(item -> new Place(item.parentItemId(), item.name()));
    }

    /** A name as part of a path, whatever a damaged record says. */
    private static String plain(String name) {
        boolean isName = !name.isEmpty() && !name.equals(".") && !name.equals("..");
        return isName ? name.replace('/', '_').replace('\0', '_') : "_";
    }
}
