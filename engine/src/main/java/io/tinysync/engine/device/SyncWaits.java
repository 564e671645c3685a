package io.tinysync.engine.device;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Those who wait until everything written here is acknowledged, and the log is then applied to a head read after that. Confined to
 * the guardian.
 */
final class SyncWaits {

    private record Wait(ActorRef<VaultSync.SyncOutcome> replyTo, boolean stops) {}

    private final Map<Long, Wait> waits = new TreeMap<>();
    private long numbers;
    private long askedPull;
    private long finishedPull;

    boolean isEmpty() {
        return waits.isEmpty();
    }

    long begin(ActorRef<VaultSync.SyncOutcome> replyTo, boolean stops) {
        numbers++;
        waits.put(numbers, new Wait(replyTo, stops));
        askedPull = 0;
        return numbers;
    }

    /** A pull of that number has reached the head. */
    void atHead(long pull) {
        finishedPull = Math.max(finishedPull, pull);
    }

    /** The number of the last pull to ask for, once everything is acknowledged; 0 while it is not, or if it was asked for. */
    long pullToAskFor(Standing standing) {
        if (!standing.isAcknowledged()) {
            askedPull = 0;
            return 0;
        }
        if (askedPull > 0) {
            return 0;
        }
        numbers++;
        askedPull = numbers;
        return askedPull;
    }

    /**
     * Answers all, if the store is in sync, or if everything is acknowledged and one wants no more than that, since it stops.
     *
     * @return whether the vault is to stop
     */
    boolean answerComplete(Standing standing, Function<Standing, SyncStatus> status) {
        boolean atHead = askedPull > 0 && finishedPull >= askedPull;
        boolean stops = waits.values().stream().anyMatch(Wait::stops);
        if (!standing.isAcknowledged() || !(atHead || stops)) {
            return false;
        }
        waits.values()
                .forEach(wait ->
                        wait.replyTo().tell(new VaultSync.SyncOutcome(atHead || wait.stops(), status.apply(standing))));
        waits.clear();
        return stops;
    }

    /** The one who waits in order to stop, if there is one. */
    OptionalLong stopping() {
        return waits.entrySet().stream()
                .filter(wait -> wait.getValue().stops())
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    /** Answers one whose time is over; returns whether the vault is to stop. */
    boolean answerLate(long number, Standing standing, Function<Standing, SyncStatus> status) {
        Wait wait = waits.remove(number);
        if (wait == null) {
            return false;
        }
        wait.replyTo().tell(new VaultSync.SyncOutcome(false, status.apply(standing)));
        return wait.stops();
    }
}
