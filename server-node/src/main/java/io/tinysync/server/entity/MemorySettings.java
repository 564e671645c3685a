package io.tinysync.server.entity;

import com.typesafe.config.Config;
import io.tinysync.engine.vault.VaultMemory;
import java.time.Duration;

/**
 * What the vaults of this node may take of its memory.
 *
 * @param items see {@link VaultMemory}
 * @param idle after how long without use a vault leaves
 */
public record MemorySettings(long items, Duration idle) {

    /** What an item takes, and as much again for what else is done with it: it is saved, sent as a snapshot, collected. */
    private static final long BYTES_PER_ITEM = 2048;

    public MemorySettings {
        if (items < VaultMemory.OWN_SIZE) {
            throw new IllegalArgumentException("vaults-in-memory.items must be 0 or at least " + VaultMemory.OWN_SIZE
                    + ", which one vault counts for, not " + items);
        }
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("vaults-in-memory.idle must be longer than nothing, not " + idle);
        }
    }

    /** How often it is looked for vaults that are not used any more: they stay a tenth longer at most. */
    public Duration lookEvery() {
        return idle.dividedBy(10).plusMillis(1);
    }

    /**
     * Reads {@code tinysync.server.vaults-in-memory}.
     *
     * @param heapBytes the largest that the heap may get
     * @throws IllegalArgumentException if a value is not of its form
     */
    public static MemorySettings read(Config memory, long heapBytes) {
        long items = memory.getLong("items");
        return new MemorySettings(items == 0 ? heapBytes / BYTES_PER_ITEM : items, memory.getDuration("idle"));
    }
}
