package io.tinysync.server.http;

/**
 * For how long one stream's other end may still be waited for: at first for a window's time, then for as long as its bytes have earned. Waiting
 * uses it up, and what was earned long ago counts for no more than a window. For one thread.
 */
final class Allowance {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long windowNanos;
    private final long bytesPerSecond;
    private long leftNanos;

    /** @param bytesPerSecond that earn as much time as they take */
    Allowance(long windowNanos, long bytesPerSecond) {
        this.windowNanos = windowNanos;
        this.bytesPerSecond = bytesPerSecond;
        this.leftNanos = windowNanos;
    }

    void waited(long nanos) {
        leftNanos -= nanos;
    }

    void moved(int bytes) {
        leftNanos = Math.min(leftNanos, windowNanos) + bytes * NANOS_PER_SECOND / bytesPerSecond;
    }

    /** Whether a wait of so long, not told of yet, is too long. */
    boolean isUsedUpBy(long nanos) {
        return nanos > leftNanos;
    }
}
