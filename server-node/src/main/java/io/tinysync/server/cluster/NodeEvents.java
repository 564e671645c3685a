package io.tinysync.server.cluster;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;

/** What nodes tell each other: whoever listens on any node hears what is told on one of them, this one included. */
public final class NodeEvents {

    private static final String NAME = "node-events";

    private final ActorSystem<?> system;
    private final ActorRef<Topic.Command<NodeEvent>> topic;

    public NodeEvents(ActorSystem<?> system) {
        this.system = system;
        this.topic = system.systemActorOf(Topic.create(NodeEvent.class, NAME), NAME, Props.empty());
    }

    public void tell(NodeEvent event) {
        topic.tell(Topic.publish(event));
    }

    /**
     * Has a listener hear every event from now on.
     *
     * @param name of the actor that listens
     */
    public void listen(String name, Consumer<NodeEvent> listener) {
        Behavior<NodeEvent> behavior = Behaviors.receiveMessage(event -> {
            listener.accept(event);
            return Behaviors.same();
        });
        topic.tell(Topic.subscribe(system.systemActorOf(behavior, name, Props.empty())));
    }
}
