package io.tinysync.simulation.disk;

/** The process was killed in the midst of what it did; no handler of the product catches it. */
public final class Killed extends Error {

    public Killed() {
        super("killed", null, false, false);
    }
}
