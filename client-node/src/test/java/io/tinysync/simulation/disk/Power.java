package io.tinysync.simulation.disk;

/** What keeps a process alive: each of its steps on the machine asks here, and one of them may be its last. */
public final class Power {

    private long stepsLeft = Long.MAX_VALUE;
    private boolean on = true;

    /** The process is killed at its so many-th step from now. */
    public void killAfter(long steps) {
        stepsLeft = steps;
    }

    /** Whether a process can run. */
    public boolean isOn() {
        return on;
    }

    public void cut() {
        on = false;
    }

    /** A new process begins. */
    public void restore() {
        on = true;
        stepsLeft = Long.MAX_VALUE;
    }

    /** One step that changes something, before or after which the process may end. */
    public void step() {
        requireOn();
        if (--stepsLeft < 0) {
            on = false;
            throw new Killed();
        }
    }

    public void requireOn() {
        if (!on) {
            throw new Killed();
        }
    }
}
