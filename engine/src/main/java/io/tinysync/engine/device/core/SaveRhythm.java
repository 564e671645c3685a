package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast files are saved one time after the other, so that rapid saves of one file become one op: a first save is sent at once, and a second
 * one that does not follow at its heels; each further one waits until the pace has slowed down. Holds no clock; times are ms since 1970, and one that goes back
 * begins anew. Remembers the files saved last and forgets the others, whose next save then counts as a first. Confined to the
 * store's writer.
 */
public final class SaveRhythm {

    /** After so long without a save the next one is a first again. */
    static final long CALM_MS = 10_000;

    /** A second save after so long is nobody's rapid succession yet. */
    static final long UNHURRIED_MS = 1_500;

    /** What a save waits at most for the next one. */
    static final long LONGEST_QUIET_MS = 5_000;

    /** How long saves of one file may push each other back altogether. */
    static final long LONGEST_DELAY_MS = 15_000;

    /** The quiet period after the second of two saves; it doubles with each that follows. */
    private static final long FIRST_QUIET_MS = 200;

    private static final int MAX_DOUBLINGS = 10;

    /** Files that are saved at one time; some 100 KB. */
    private static final int MAX_FILES = 1_000;

    /** The last save, and how many followed closely one on the other up to it. */
    private record Pace(long savedMs, int rapid) {}

    private final Map<ItemId, Pace> paces = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ItemId, Pace> eldest) {
            return size() > MAX_FILES;
        }
    };

    /** Takes note of a save; returns how long it waits for another. Twice the time since the last one is enough to tell a pause. */
    long saved(ItemId itemId, long nowMs) {
        Pace last = paces.get(itemId);
        long gapMs = last == null ? CALM_MS : nowMs - last.savedMs();
        if (last == null || gapMs < 0 || gapMs >= CALM_MS) {
            paces.put(itemId, new Pace(nowMs, 0));
            return 0;
        }
        paces.put(itemId, new Pace(nowMs, Math.min(last.rapid() + 1, MAX_DOUBLINGS)));
        if (last.rapid() == 0 && gapMs >= UNHURRIED_MS) {
            return 0;
        }
        return Math.min(Math.min(2 * gapMs, FIRST_QUIET_MS << last.rapid()), LONGEST_QUIET_MS);
    }
}
