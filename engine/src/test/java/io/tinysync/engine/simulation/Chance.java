package io.tinysync.engine.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** All of a world's chance, from one seed. */
final class Chance {

    private final SplittableRandom random;
    private long ids;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** True so many times in a thousand. */
    boolean perMille(int times) {
        return random.nextInt(1000) < times;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** An id of version 7's shape that was never given before. */
    UUID id() {
        ids++;
        return new UUID(0x0190_0000_0000_7000L + (ids << 16), 0x8000_0000_0000_0000L | random.nextLong() >>> 2);
    }
}
