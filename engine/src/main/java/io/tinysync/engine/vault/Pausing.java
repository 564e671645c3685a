package io.tinysync.engine.vault;

import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The phase after a failure: requests are refused at once, so that callers back off too, until it is time to start anew. */
final class Pausing extends AbstractBehavior<VaultCommand> {

    /** A journal that hiccups is back by then. */
    private static final Duration FIRST = Duration.ofMillis(200);

    /** Doubling ends here: a database that comes back is not left waiting much longer. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final String REASON = "the vault's journal failed a moment ago";

    private final EntityParts parts;
    private final int failures;

    private Pausing(EntityParts parts, int failures) {
        super(parts.context());
        this.parts = parts;
        this.failures = failures;
    }

    /** Begins after so many failures in a row, at least one. */
    static Behavior<VaultCommand> begin(EntityParts parts, int failures) {
        Duration pause = pause(failures);
        parts.log().warn("vault {} pauses for {} after {} failures", parts.vaultId(), pause, failures);
        parts.ports().observer().paused();
        parts.waiting().refuseAll(REASON);
        parts.context().scheduleOnce(pause, parts.self(), new VaultSignal.Retry());
        return new Pausing(parts, failures);
    }

    static Duration pause(int failures) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }

    @Override
    public Receive<VaultCommand> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onCommand).build();
    }

    private Behavior<VaultCommand> onCommand(VaultCommand command) {
        return switch (command) {
            case VaultCommand.Locate locate -> {
                parts.locate(locate);
                yield this;
            }
            case VaultCommand.Request request -> {
                WaitingRoom.refuse(request, REASON);
                yield this;
            }
            case VaultCommand.Stop() -> Behaviors.stopped();
            case VaultSignal.Retry() -> Starting.begin(parts, failures);
            case VaultSignal.ChainRead(var submit, var chain) -> refuseReturned(submit);
            case VaultSignal.ChainUnread(var submit, var reason) -> refuseReturned(submit);
            case VaultSignal.OpsFound(var submit, var ops) -> refuseReturned(submit);
            case VaultSignal.OpsUnknown(var submit, var reason) -> refuseReturned(submit);
            case VaultSignal.Indexed ignored -> this;
            case VaultSignal signal -> throw new IllegalStateException("not asked for while pausing: " + signal);
        };
    }

    private Behavior<VaultCommand> refuseReturned(VaultCommand.Submit submit) {
        parts.waiting().cameBack();
        WaitingRoom.refuse(submit, REASON);
        return this;
    }
}
