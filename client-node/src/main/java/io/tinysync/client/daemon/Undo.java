package io.tinysync.client.daemon;

import java.util.ArrayDeque;
import java.util.Deque;

/** Takes back, in reverse order, what was done so far, unless all of it is kept. */
final class Undo implements AutoCloseable {

    private final Deque<Runnable> steps = new ArrayDeque<>();

    void add(Runnable step) {
        steps.push(step);
    }

    void keep() {
        steps.clear();
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            steps.pop().run();
        }
    }
}
