package io.tinysync.client.drive;

import io.tinysync.client.content.DiskSpace;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.TreeTotals;

/**
 * What statfs shows.
 *
 * @param totalBytes the vault's quota, or the disk's size where there is none
 * @param freeBytes what can still be written
 * @param items how many items there are
 */
public record Space(long totalBytes, long freeBytes, long items) {

    /** From local state: what the quota leaves, and never more than the disk has. */
    static Space of(LocalTree tree, DiskSpace disk, long quotaBytes) {
        TreeTotals totals = tree.totals();
        if (quotaBytes == 0) {
            return new Space(disk.totalBytes(), disk.freeBytes(), totals.items());
        }
        long used = totals.bytes() + tree.pendingTotals().bytes();
        return new Space(quotaBytes, Math.clamp(quotaBytes - used, 0, disk.freeBytes()), totals.items());
    }
}
