package io.tinysync.engine.device.core;

/**
 * How much is not yet acknowledged.
 *
 * @param ops pending, in any state
 * @param bytes of the contents that they give; a content named twice counts twice
 * @param oldestObservedMs clock time, in ms since 1970, of the oldest; 0 where there is none
 */
public record PendingTotals(long ops, long bytes, long oldestObservedMs) {

    /** Nothing is pending. */
    public static final PendingTotals NONE = new PendingTotals(0, 0, 0);
}
