package io.tinysync.engine.device;

import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.PendingTotals;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Those who wait until everything written here is acknowledged, and the log is then applied to a head read after that. Confined to
 * the guardian.
 */
final class SyncWaits {

    /** How many pending ops are looked at for refusals, and overlay items for files that are closed and not yet released. */
    private static final int LOOKED_AT = 1000;

    /**
     * How the store stands.
     *
     * @param sealed whether something is recorded that is not pending yet
     * @param refused what the server refuses for now, one sentence each
     */
    record Standing(SyncPosition position, PendingTotals pending, boolean sealed, List<String> refused) {

        static Standing of(StoreView view) {
            PendingTotals pending = view.pendingTotals();
            boolean sealed = view.overlayItems(ItemId.ROOT, LOOKED_AT).stream()
                    .anyMatch(row -> row.isUnsettled() && row.seal() != null);
            List<String> refused = new ArrayList<>();
            if (pending.ops() > 0) {
                for (PendingOp op : view.pendingIn(PendingState.WAITING, LOOKED_AT)) {
                    if (op.code() != null && refused.size() < SyncStatus.MAX_ERRORS) {
                        refused.add(named(view, op) + ": " + op.code());
                    }
                }
            }
            return new Standing(view.position(), pending, sealed, refused);
        }

        private static String named(StoreView view, PendingOp op) {
            return view.overlay(op.itemId())
                    .map(OverlayItem::name)
                    .orElse(op.itemId().toString());
        }

        boolean isAcknowledged() {
            return pending.ops() == 0 && !sealed && position.bootstrapped();
        }
    }

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

    /** Answers all, if the store is in sync; returns whether the vault is to stop. */
    boolean answerComplete(Standing standing, Function<Standing, SyncStatus> status) {
        boolean complete = standing.isAcknowledged() && askedPull > 0 && finishedPull >= askedPull;
        if (!complete) {
            return false;
        }
        boolean stops = waits.values().stream().anyMatch(Wait::stops);
        waits.values().forEach(wait -> wait.replyTo().tell(new VaultSync.SyncOutcome(true, status.apply(standing))));
        waits.clear();
        return stops;
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
