package io.tinysync.engine.vault;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.BehaviorSignalInterceptor;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;

/** Tells an observer when an entity is in memory, from before its first phase until it has stopped, however it came to that. */
final class Presence extends BehaviorSignalInterceptor<VaultCommand> {

    private final VaultObserver observer;

    Presence(VaultObserver observer) {
        this.observer = observer;
    }

    @Override
    public Behavior<VaultCommand> aroundStart(
            TypedActorContext<VaultCommand> context, BehaviorInterceptor.PreStartTarget<VaultCommand> target) {
        observer.began();
        return target.start(context);
    }

    @Override
    public Behavior<VaultCommand> aroundSignal(
            TypedActorContext<VaultCommand> context,
            Signal signal,
            BehaviorInterceptor.SignalTarget<VaultCommand> target) {
        if (signal instanceof PostStop) {
            observer.ended();
        }
        return target.apply(context, signal);
    }
}
