package io.tinysync.engine.vault;

import java.time.Duration;

/**
 * Hears what vaults' entities do and how long it takes them, for whoever counts. Called by the threads of many entities at once: it
 * returns at once and throws nothing.
 */
public interface VaultObserver {

    /** By what an incarnation has shown to be at the journal's head where it had no events to commit. */
    enum Proof {
        /** The journal's highest seq was read. */
        READ,
        /** Request numbers were recorded, which happens at the head alone. */
        RECORD
    }

    /** An entity is in memory. */
    void began();

    /** An entity is in memory no longer, for whatever reason; once for each that began. */
    void ended();

    /** An entity is let go, since it was not used or others need its room; it ends soon. */
    void passivated();

    /** An entity has its state and answers from now on. */
    void recovered(Duration took);

    /** An entity has failed, and refuses requests for a while before it starts anew. */
    void paused();

    /** An entity has found that another incarnation of its vault writes, and ends. */
    void outrun();

    /** The events of a group are in the journal. */
    void committed(int entries, Duration took);

    /** A group without events was proven to rest on the journal's head. */
    void proven(Proof by, Duration took);

    /** So many more requests than before wait for their turn; fewer, if negative. */
    void waiting(int change);
}
