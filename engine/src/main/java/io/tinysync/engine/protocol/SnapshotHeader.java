package io.tinysync.engine.protocol;

/** The first line of a snapshot: the position at which everything after it was read. */
public record SnapshotHeader(long epoch, long seq, Chain chain) {
    public SnapshotHeader {
        Require.present(chain, "chain");
    }
}
