package io.tinysync.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * All of a world's chance, from one seed. Each step begins a sequence of its own, so that leaving a step out changes no other
 * step's chance.
 */
final class Chance {

    private static final long STEP_STRIDE = 0x9E37_79B9_7F4A_7C15L;

    private final long seed;
    private SplittableRandom random;
    private long ids;

    Chance(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    void beginStep(int number) {
        random = new SplittableRandom(seed + (number + 1) * STEP_STRIDE);
    }

    /** True so many times in a thousand. */
    boolean perMille(int times) {
        return random.nextInt(1000) < times;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    double fraction() {
        return random.nextDouble();
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
