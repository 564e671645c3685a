package io.tinysync.client.daemon;

import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.UpkeepActor;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.protocol.ItemId;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** Tells the actor that looks after a vault's contents of changes. */
record Upkeep(ActorRef<UpkeepActor.Command> actor) implements TreeListener {

    @Override
    public void changed(Set<Place> places, Set<ItemId> items) {
        actor.tell(new UpkeepActor.Changed(Set.copyOf(items)));
    }

    @Override
    public void everythingChanged() {
        actor.tell(new UpkeepActor.EverythingChanged());
    }

    void pinned(ItemId itemId) {
        actor.tell(new UpkeepActor.Pinned(itemId));
    }

    void stop() {
        actor.tell(new UpkeepActor.Stop());
    }
}
