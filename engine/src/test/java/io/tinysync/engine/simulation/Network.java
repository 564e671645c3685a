package io.tinysync.engine.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Delivers messages late, twice, out of order or not at all; all at once and in order when it is calm. */
final class Network {

    private record Message(long at, long number, Runnable delivery) {}

    private final Chance chance;
    private final Tally tally;
    private final PriorityQueue<Message> queue =
            new PriorityQueue<>(Comparator.comparingLong(Message::at).thenComparingLong(Message::number));
    private long numbers;
    private boolean calm;

    Network(Chance chance, Tally tally) {
        this.chance = chance;
        this.tally = tally;
    }

    void calmDown() {
        calm = true;
    }

    void send(long nowMs, String what, Runnable delivery) {
        if (!calm && chance.perMille(100)) {
            tally.count("dropped " + what);
            return;
        }
        enqueue(nowMs, delivery);
        if (!calm && chance.perMille(60)) {
            tally.count("duplicated " + what);
            enqueue(nowMs, delivery);
        }
    }

    private void enqueue(long nowMs, Runnable delivery) {
        long delayMs = calm ? 1 : 1 + chance.below(chance.perMille(100) ? 3000 : 40);
        queue.add(new Message(nowMs + delayMs, numbers++, delivery));
    }

    /** Delivers the next message that is due by then; false if there is none. */
    boolean deliver(long nowMs) {
        if (queue.isEmpty() || queue.peek().at() > nowMs) {
            return false;
        }
        queue.remove().delivery().run();
        return true;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
