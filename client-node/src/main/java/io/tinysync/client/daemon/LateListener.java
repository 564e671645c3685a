package io.tinysync.client.daemon;

import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.Resolved;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes changes of the tree on to those who are made after the tree that they follow. Thread-safe. */
final class LateListener implements TreeListener {

    private final List<TreeListener> listeners = new CopyOnWriteArrayList<>();

    void tell(TreeListener follower) {
        listeners.add(follower);
    }

    @Override
    public void changed(Set<Place> places, Set<ItemId> items) {
        listeners.forEach(listener -> listener.changed(places, items));
    }

    @Override
    public void everythingChanged() {
        listeners.forEach(TreeListener::everythingChanged);
    }

    @Override
    public void resolved(List<Resolved> conflicts) {
        listeners.forEach(listener -> listener.resolved(conflicts));
    }
}
