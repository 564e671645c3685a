package io.tinysync.engine.vault;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.BehaviorSignalInterceptor;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.ShardCommand;

/** Says that an entity is in memory, from before its first phase until it has stopped, however it came to that. */
final class Presence extends BehaviorSignalInterceptor<VaultCommand> {

    private final VaultObserver observer;
    private final VaultMemory memory;
    private final ActorRef<ShardCommand> shard;

    Presence(VaultPorts ports, ActorRef<ShardCommand> shard) {
        this.observer = ports.observer();
        this.memory = ports.memory();
        this.shard = shard;
    }

    @Override
    public Behavior<VaultCommand> aroundStart(
            TypedActorContext<VaultCommand> context, BehaviorInterceptor.PreStartTarget<VaultCommand> target) {
        observer.began();
        memory.began(context.asJava().getSelf(), shard);
        return target.start(context);
    }

    @Override
    public Behavior<VaultCommand> aroundSignal(
            TypedActorContext<VaultCommand> context,
            Signal signal,
            BehaviorInterceptor.SignalTarget<VaultCommand> target) {
        if (signal instanceof PostStop) {
            memory.ended(context.asJava().getSelf());
            observer.ended();
        }
        return target.apply(context, signal);
    }
}
