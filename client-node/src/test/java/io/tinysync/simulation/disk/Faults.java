package io.tinysync.simulation.disk;

import java.io.IOException;
import java.util.function.IntUnaryOperator;

/** What goes wrong with a disk: set by the test, asked by the disk. */
public final class Faults {

    private boolean full;
    private boolean lies;
    private int fsyncsToFail;
    private int readsToFail;
    private IntUnaryOperator chance = bound -> bound - 1;
    private long hits;

    /** Whether there is no room. */
    public void full(boolean isFull) {
        full = isFull;
    }

    public boolean isFull() {
        return full;
    }

    /** The next fsyncs of files fail, each losing some of what it was to write. */
    public void failFsyncs(int count, IntUnaryOperator below) {
        fsyncsToFail = count;
        chance = below;
    }

    /** The next reads fail. */
    public void failReads(int count) {
        readsToFail = count;
    }

    /** A disk that says it has written and has not. */
    public void ignoreFsync(boolean ignores) {
        lies = ignores;
    }

    /** Nothing goes wrong from now on. */
    public void stop() {
        full = false;
        fsyncsToFail = 0;
        readsToFail = 0;
    }

    /** How often something went wrong. */
    public long hits() {
        return hits;
    }

    boolean ignoresFsync() {
        return lies;
    }

    boolean failsFsync() {
        if (fsyncsToFail == 0) {
            return false;
        }
        fsyncsToFail--;
        hits++;
        return true;
    }

    IntUnaryOperator chance() {
        return chance;
    }

    void read() throws IOException {
        if (readsToFail > 0) {
            readsToFail--;
            hits++;
            throw new IOException("Input/output error");
        }
    }

    void requireRoom() throws IOException {
        if (full) {
            hits++;
            throw new IOException("No space left on device");
        }
    }
}
