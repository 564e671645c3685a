package io.tinysync.simulation;

import io.tinysync.engine.protocol.NamePolicy;
import java.util.BitSet;
import java.util.Optional;

/**
 * What one run of a world is made from.
 *
 * @param seed all of its chance
 * @param steps how many before it comes to rest; -1 for as many as it takes
 * @param skipped steps that are left out
 * @param kind what is special about it
 * @param calmPolicy of a vault whose network delivers everything, at once and in order; absent where chance rules both
 * @param sabotage what is deliberately wrong
 */
record Plan(long seed, int steps, BitSet skipped, Kind kind, Optional<NamePolicy> calmPolicy, Sabotage sabotage) {

    /** What makes worlds differ beyond chance. */
    enum Kind {
        ORDINARY,
        /** Users are at the same few things all the time, most of all at names and folders. */
        CROWDED,
        /** The devices' caches are small; users pin, unpin and evict; bits on the disks flip while no process runs. */
        CACHE
    }

    static Plan of(long seed) {
        return of(seed, Sabotage.NONE);
    }

    static Plan of(long seed, Sabotage sabotage) {
        return new Plan(seed, -1, new BitSet(), Kind.ORDINARY, Optional.empty(), sabotage);
    }

    static Plan of(Kind kind, long seed) {
        return new Plan(seed, -1, new BitSet(), kind, Optional.empty(), Sabotage.NONE);
    }

    /** One of a wholly calm world, in which nothing happens by itself. */
    static Plan ofCalm(NamePolicy policy) {
        return new Plan(0, 0, new BitSet(), Kind.ORDINARY, Optional.of(policy), Sabotage.NONE);
    }

    /** The same with a number of steps. */
    Plan of(int itsSteps) {
        return new Plan(seed, itsSteps, skipped, kind, calmPolicy, sabotage);
    }

    /** The same without these steps. */
    Plan without(int from, int to) {
        BitSet more = (BitSet) skipped.clone();
        more.set(from, to);
        return new Plan(seed, steps, more, kind, calmPolicy, sabotage);
    }

    boolean calm() {
        return calmPolicy.isPresent();
    }

    boolean skips(int step) {
        return skipped.get(step);
    }
}
