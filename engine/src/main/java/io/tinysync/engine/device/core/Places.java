package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import java.util.List;

/** The names and folders that an intent is about. */
final class Places {

    private Places() {}

    /** The names that it takes or frees. */
    static List<Place> of(Intent intent) {
        return switch (intent) {
            case Intent.Create create -> List.of(new Place(create.parentItemId(), create.name()));
            case Intent.Move move -> List.of(move.from(), move.to());
            case Intent.Delete delete -> List.of(delete.from());
            case Intent.Restore restore -> List.of(restore.to());
            case Intent.Update _, Intent.SetMetadata _ -> List.of();
        };
    }

    /** The folders of those names. */
    static List<ItemId> parents(Intent intent) {
        return of(intent).stream().map(Place::parentItemId).toList();
    }
}
