package io.tinysync.engine.vault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;

/** The requests that wait for a vault: bounded, first come first served. Confined to the entity's thread. */
final class WaitingRoom {

    /** Each waits for at most two commits before its own; more would only grow the delay of all. */
    static final int MAX_WAITING = 256;

    /** One journal transaction stays below some ten milliseconds and a megabyte. */
    static final int MAX_GROUP_OPS = 1024;

    private final Deque<VaultCommand.Request> waiting = new ArrayDeque<>();

    /** Requests that are out for a chain and will come back. */
    private int away;

    private final IntConsumer change;

    /** @param change hears how many more requests wait than before; fewer, if negative */
    WaitingRoom(IntConsumer change) {
        this.change = change;
    }

    /** Lets a request wait, or answers it at once if too many do. */
    void admit(VaultCommand.Request request) {
        if (waiting.size() + away >= MAX_WAITING) {
            refuse(request, "more than " + MAX_WAITING + " requests wait for this vault");
        } else {
            waiting.addLast(request);
            change.accept(1);
        }
    }

    /** The requests that the next commit takes, in order; none if none waits. */
    List<VaultCommand.Request> nextGroup() {
        List<VaultCommand.Request> group = new ArrayList<>();
        int ops = 0;
        while (!waiting.isEmpty()) {
            ops += ops(waiting.getFirst());
            if (ops > MAX_GROUP_OPS && !group.isEmpty()) {
                break;
            }
            group.add(waiting.removeFirst());
        }
        change.accept(-group.size());
        return group;
    }

    /** A request leaves for a chain; its place is kept. */
    void sendAway() {
        away++;
    }

    /** A request that was away need not wait any more. */
    void cameBack() {
        away--;
    }

    /** A request that was away waits again. */
    void readmit(VaultCommand.Request request) {
        away--;
        waiting.addLast(request);
        change.accept(1);
    }

    void refuseAll(String reason) {
        refuseAll(new Unavailable(reason));
    }

    /** Has all who wait ask the entity's next incarnation. */
    void turnAllAway(String reason) {
        refuseAll(Unavailable.leaving(reason));
    }

    private void refuseAll(Unavailable answer) {
        waiting.forEach(request -> request.replyTo().tell(answer));
        change.accept(-waiting.size());
        waiting.clear();
    }

    static void refuse(VaultCommand.Request request, String reason) {
        request.replyTo().tell(new Unavailable(reason));
    }

    static void turnAway(VaultCommand.Request request, String reason) {
        request.replyTo().tell(Unavailable.leaving(reason));
    }

    private static int ops(VaultCommand.Request request) {
        return request instanceof VaultCommand.Submit submit
                ? submit.submission().request().ops().size()
                : 1;
    }
}
