package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Leaves;
import java.util.BitSet;

/** Which leaves of one content are on this device, each of them checked. Immutable. Leaves are numbered from 0. */
public final class Pieces {

    private final long sizeBytes;
    private final int count;
    private final BitSet here;

    private Pieces(long sizeBytes, BitSet here) {
        this.sizeBytes = sizeBytes;
        this.count = Math.toIntExact((sizeBytes + Leaves.LEAF_BYTES - 1) / Leaves.LEAF_BYTES);
        this.here = here;
    }

    /** None of a content of this size. */
    public static Pieces none(long sizeBytes) {
        return new Pieces(sizeBytes, new BitSet());
    }

    /** The leaf that holds the byte at an offset. */
    public static int leafAt(long offset) {
        return Math.toIntExact(offset / Leaves.LEAF_BYTES);
    }

    /** How many leaves the content has. */
    public int count() {
        return count;
    }

    /** Where a leaf begins. */
    public long offsetOf(int leaf) {
        return (long) leaf * Leaves.LEAF_BYTES;
    }

    /** How long a leaf is: the last one may be shorter than the others. */
    public int lengthOf(int leaf) {
        return (int) Math.min(Leaves.LEAF_BYTES, sizeBytes - offsetOf(leaf));
    }

    /** Whether the leaf is here. */
    public boolean has(int leaf) {
        return here.get(leaf);
    }

    /** These and one more. */
    public Pieces with(int leaf) {
        BitSet more = (BitSet) here.clone();
        more.set(leaf);
        return new Pieces(sizeBytes, more);
    }

    public boolean isComplete() {
        return here.cardinality() == count;
    }

    /** Whether every byte of a part is here; what lies beyond the end is not asked for. */
    public boolean holds(long offset, long length) {
        return missingOf(offset, length) < 0;
    }

    /** The first missing leaf of a part, or -1 if it is all here. */
    public int missingOf(long offset, long length) {
        long end = Math.min(sizeBytes, offset + length);
        if (offset >= end) {
            return -1;
        }
        int missing = missingFrom(leafAt(offset));
        return missing <= leafAt(end - 1) ? missing : -1;
    }

    /** The first missing leaf from a leaf on, or {@link #count} where none is. */
    public int missingFrom(int leaf) {
        return Math.min(count, here.nextClearBit(leaf));
    }

    /** The first leaf from a leaf on that is here, or {@link #count} where none is. */
    public int hereFrom(int leaf) {
        int next = here.nextSetBit(leaf);
        return next < 0 ? count : next;
    }
}
