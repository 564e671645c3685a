package io.tinysync.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Carries messages: late, twice, out of order or not at all; all at once and in order when it is calm. */
final class Network {

    private record Message(long atMs, long number, Runnable delivery) {}

    /** What becomes of one leg of a message's way. */
    enum Fate {
        ARRIVES,
        ARRIVES_TWICE,
        /** It arrives long after its sender has given it up. */
        ARRIVES_LATE,
        LOST
    }

    private static final int LONGEST_DELAY_MS = 3000;

    private final Chance chance;
    private final Tally tally;
    private final PriorityQueue<Message> queue =
            new PriorityQueue<>(Comparator.comparingLong(Message::atMs).thenComparingLong(Message::number));
    private long numbers;
    private boolean calm;

    Network(Chance chance, Tally tally) {
        this.chance = chance;
        this.tally = tally;
    }

    void calmDown() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    Fate fate(String what) {
        if (calm) {
            return Fate.ARRIVES;
        }
        int number = chance.below(1000);
        Fate fate = number < 60
                ? Fate.LOST
                : number < 110 ? Fate.ARRIVES_TWICE : number < 150 ? Fate.ARRIVES_LATE : Fate.ARRIVES;
        if (fate != Fate.ARRIVES) {
            tally.count("network " + fate + " " + what);
        }
        return fate;
    }

    long delayMs() {
        return calm ? 1 : 1 + chance.below(chance.perMille(100) ? LONGEST_DELAY_MS : 40);
    }

    long longDelayMs() {
        return (long) LONGEST_DELAY_MS + chance.below(10 * LONGEST_DELAY_MS);
    }

    void at(long atMs, Runnable delivery) {
        queue.add(new Message(atMs, numbers++, delivery));
    }

    /** Delivers the next message that is due by then; false if there is none. */
    boolean deliver(long nowMs) {
        if (queue.isEmpty() || queue.peek().atMs() > nowMs) {
            return false;
        }
        queue.remove().delivery().run();
        return true;
    }

    /** When the next message arrives; 0 if there is none. */
    long nextMs() {
        return queue.isEmpty() ? 0 : queue.peek().atMs();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
