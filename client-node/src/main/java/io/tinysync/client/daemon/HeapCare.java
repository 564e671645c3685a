package io.tinysync.client.daemon;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back that work has left behind: the serial collector makes the heap smaller only when it collects all of it, and a daemon that has
 * listed a large vault and then does nothing would never have it do that. For one thread.
 */
final class HeapCare implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(HeapCare.class);

    private static final long MIB = 1 << 20;

    /** What a daemon that does nothing allocates between two looks is less. */
    private static final long QUIET_BYTES = 2 * MIB;

    /** A heap that is hardly larger than at its start is not worth a collection. */
    private static final long SMALL_BYTES = 64 * MIB;

    /** It has to have grown by so much since the last time: what was alive then is alive still. */
    private static final double GROWN = 1.25;

    private long usedBefore;
    private long keptBytes;

    @Override
    public void run() {
        Runtime runtime = Runtime.getRuntime();
        long committed = runtime.totalMemory();
        if (isWorthIt(committed - runtime.freeMemory(), committed)) {
            collect(runtime, committed);
        }
    }

    private void collect(Runtime runtime, long committed) {
        System.gc();
        collected(runtime.totalMemory() - runtime.freeMemory(), runtime.totalMemory());
        LOG.debug("the heap had {} MiB and has {} MiB", committed / MIB, runtime.totalMemory() / MIB);
    }

    /**
     * Whether to collect everything now; to be asked at each look.
     *
     * @param usedBytes alive or not
     * @param committedBytes what the heap has of the machine's memory
     */
    boolean isWorthIt(long usedBytes, long committedBytes) {
        long allocated = usedBytes - usedBefore;
        usedBefore = usedBytes;
        boolean quiet = allocated >= 0 && allocated < QUIET_BYTES;
        return quiet && committedBytes > SMALL_BYTES && committedBytes > keptBytes * GROWN;
    }

    /** What was left after a collection. */
    void collected(long usedBytes, long committedBytes) {
        usedBefore = usedBytes;
        keptBytes = committedBytes;
    }
}
