package io.tinysync.engine.device.core;

import io.tinysync.engine.device.core.OverlayItem.Hold;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files of one database: {@code X} with its {@code X-wal}, {@code X-journal} and {@code X-shm}. One without the others may be
 * worthless, so none becomes pending while any of them has a writer.
 */
final class Companions {

    private static final List<String> ENDS = List.of("-wal", "-journal", "-shm");

    private Companions() {}

    /** The name without such an end. */
    static String mainOf(String name) {
        return ENDS.stream()
                .filter(end -> name.endsWith(end) && name.length() > end.length())
                .findFirst()
                .map(end -> name.substring(0, name.length() - end.length()))
                .orElse(name);
    }

    /** The other names of the group that a file of this name belongs to. */
    static List<Place> others(Place place) {
        String main = mainOf(place.name());
        return Stream.concat(Stream.of(main), ENDS.stream().map(end -> main + end))
                .filter(name -> !name.equals(place.name()))
                .map(name -> new Place(place.parentItemId(), name))
                .toList();
    }

    /** What the overlay shows of the others. */
    static List<OverlayItem> rows(StoreView store, Place place) {
        if (place.name().equals(mainOf(place.name())) && hasNoneAfter(store, place)) {
            return List.of();
        }
        return others(place).stream()
                .flatMap(other -> store
                        .overlayChild(other.parentItemId(), other.name())
                        .filter(row -> row.name().equals(other.name()))
                        .stream())
                .toList();
    }

    /** Whether one look tells that nothing is named like the file with an end: what sorts before the hyphen is stepped over. */
    private static boolean hasNoneAfter(StoreView store, Place place) {
        return store.overlayChildren(place.parentItemId(), place.name() + ",", 1).stream()
                .noneMatch(row -> row.name().length() > place.name().length()
                        && row.name().charAt(place.name().length()) == '-');
    }

    /** Whether any of the others has a writer. */
    static boolean areOpen(List<OverlayItem> rows) {
        return rows.stream().anyMatch(row -> row.hold() == Hold.OPEN);
    }

    /** Whether the file is one of several that are shown, or by its name belongs to one that is. */
    static boolean hasAny(LocalView view, ItemId parentItemId, String name) {
        return others(new Place(parentItemId, name)).stream()
                .anyMatch(
                        other -> view.child(other.parentItemId(), other.name()).isPresent());
    }

    /** Whether both give contents to files of one group. */
    static boolean belongTogether(StoreView store, Intent one, Intent other) {
        if (one.gives() == null || other.gives() == null || one.itemId().equals(other.itemId())) {
            return false;
        }
        Optional<Place> group = store.overlay(one.itemId()).map(Companions::group);
        return group.isPresent() && group.equals(store.overlay(other.itemId()).map(Companions::group));
    }

    private static Place group(OverlayItem row) {
        return new Place(row.parentItemId(), mainOf(row.name()));
    }
}
