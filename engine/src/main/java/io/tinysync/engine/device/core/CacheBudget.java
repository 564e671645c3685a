package io.tinysync.engine.device.core;

/**
 * How much of the disk the contents of one vault may take. What can be fetched again gives way to these limits; what is not on the
 * server yet does not, or a copy would fail because the network is slow.
 *
 * @param maxBytes of all contents that are here
 * @param minFreeBytes what is left to the rest of the machine
 */
public record CacheBudget(long maxBytes, long minFreeBytes) {

    /** No limit but the disk's end. */
    public static final CacheBudget NONE = new CacheBudget(Long.MAX_VALUE, 0);

    /** After it was too full, so much of it is empty, so that the next look for what can go is not the next write. */
    private static final int SLACK_PARTS = 20;

    public CacheBudget {
        if (maxBytes < 0 || minFreeBytes < 0) {
            throw new IllegalArgumentException("a budget of " + maxBytes + " and " + minFreeBytes + " bytes is none");
        }
    }

    /** How many bytes are too many, with so many more to come; 0 if all fits. */
    public long excess(long usedBytes, long freeBytes, long comingBytes) {
        long overMax = maxBytes == Long.MAX_VALUE ? 0 : usedBytes + comingBytes - maxBytes;
        return Math.max(0, Math.max(overMax, minFreeBytes - (freeBytes - comingBytes)));
    }

    /** How many bytes to drop where there is an excess. */
    public long toDrop(long excessBytes) {
        long slack = maxBytes == Long.MAX_VALUE ? minFreeBytes / SLACK_PARTS : maxBytes / SLACK_PARTS;
        return excessBytes == 0 ? 0 : excessBytes + slack;
    }
}
