package io.tinysync.engine.protocol;

/**
 * A position in one vault's history: the last entry that a device has applied.
 *
 * @param epoch the epoch at {@code seq}, from 1
 * @param seq the entry's number, 0 before the first
 * @param chain the entry's chain, {@link Chain#START} before the first
 */
public record Cursor(long epoch, long seq, Chain chain) {

    /** Before the first entry of a vault that was never restored. */
    public static final Cursor START = new Cursor(1, 0, Chain.START);

    public Cursor {
        Require.natural(epoch, "epoch");
        Require.natural(seq, "seq");
        Require.present(chain, "chain");
    }
}
