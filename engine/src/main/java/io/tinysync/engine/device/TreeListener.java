package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.Resolved;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import java.util.Set;

/**
 * Hears what changed in one vault's local tree by other means than the drive's own call, after the change is committed, so that
 * caches can be invalidated. Called from the daemon's threads; must be quick and must not call the local tree's writers.
 */
public interface TreeListener {

    /**
     * Something changed.
     *
     * @param places names that show another item, or none, since
     * @param items ids whose content, metadata or place is another since
     */
    void changed(Set<Place> places, Set<ItemId> items);

    /** A snapshot was adopted: anything may be other than before. */
    void everythingChanged();

    /** Changes of this device met others', and were settled so; what was shown of them before may not be what is shown now. */
    default void resolved(List<Resolved> conflicts) {}

    /** Hears nothing. */
    TreeListener NONE = new TreeListener() {
        @Override
        public void changed(Set<Place> places, Set<ItemId> items) {}

        @Override
        public void everythingChanged() {}
    };
}
