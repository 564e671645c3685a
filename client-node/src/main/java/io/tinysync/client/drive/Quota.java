package io.tinysync.client.drive;

import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Limits;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the vault has no room for, as far as this device knows: where all that it wrote is acknowledged it knows the vault's size, and
 * where the server has refused something for the quota it knows that the vault is full. In between the server decides, and what it refuses
 * stays pending and visible. Thread-safe.
 */
final class Quota {

    /** Asking the store takes some ten microseconds, and a program writes thousands of times a second; what it wrote meanwhile is not seen. */
    private static final long LOOK_EVERY_MS = 100;

    private final LocalTree tree;
    private final Supplier<Limits> limits;
    private final LongSupplier clockMs;
    private @Nullable Usage usage;

    Quota(LocalTree tree, Supplier<Limits> limits, LongSupplier clockMs) {
        this.tree = tree;
        this.limits = limits;
        this.clockMs = clockMs;
    }

    /**
     * What the vault holds.
     *
     * @param isExact whether nothing of this device's is on its way
     * @param isFull whether the server has refused something
     */
    private record Usage(long atMs, TreeTotals totals, boolean isExact, boolean isFull) {}

    /**
     * Lets a file grow by so many bytes.
     *
     * @throws DriveException EDQUOT
     */
    void requireBytes(long more) {
        long quota = limits.get().quotaBytes();
        if (quota == 0 || more <= 0) {
            return;
        }
        Usage known = usage();
        if (known.isFull() || (known.isExact() && known.totals().bytes() + more > quota)) {
            throw new DriveException(
                    Errno.EDQUOT, "the vault holds " + known.totals().bytes() + " bytes of its quota of " + quota);
        }
    }

    /**
     * Lets an item be made.
     *
     * @throws DriveException EDQUOT
     */
    void requireItem() {
        long quota = limits.get().quotaItems();
        if (quota == 0) {
            return;
        }
        Usage known = usage();
        if (known.isFull() || (known.isExact() && known.totals().items() + 1 > quota)) {
            throw new DriveException(
                    Errno.EDQUOT, "the vault holds " + known.totals().items() + " items of its quota of " + quota);
        }
    }

    private synchronized Usage usage() {
        Usage known = usage;
        long now = clockMs.getAsLong();
        if (known == null || now < known.atMs() || now - known.atMs() >= LOOK_EVERY_MS) {
            known = new Usage(now, tree.totals(), tree.pendingTotals().ops() == 0, tree.isFull());
            usage = known;
        }
        return known;
    }
}
