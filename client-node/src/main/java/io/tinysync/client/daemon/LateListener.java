package io.tinysync.client.daemon;

import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.protocol.ItemId;
import java.util.Set;

/** Passes changes of the tree on to the drive, which is made after the tree that it shows. Thread-safe. */
final class LateListener implements TreeListener {

    private volatile TreeListener listener = TreeListener.NONE;

    void tell(TreeListener drive) {
        listener = drive;
    }

    @Override
    public void changed(Set<Place> places, Set<ItemId> items) {
        listener.changed(places, items);
    }

    @Override
    public void everythingChanged() {
        listener.everythingChanged();
    }
}
