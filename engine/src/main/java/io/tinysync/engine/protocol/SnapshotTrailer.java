package io.tinysync.engine.protocol;

/**
 * The last line of a snapshot, without which nothing of it is used.
 *
 * @param end always true; tells the line from an item
 * @param seq as in the header
 * @param chain as in the header
 * @param items how many lines of items came between
 * @param sha256 of all bytes before this line, uncompressed, line ends included
 */
public record SnapshotTrailer(boolean end, long seq, Chain chain, long items, Sha256 sha256) {
    public SnapshotTrailer {
        Require.present(chain, "chain");
        Require.present(sha256, "sha256");
    }
}
