package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Item;
import java.util.List;
import java.util.function.Function;

/**
 * A snapshot on its way into the store: items are staged beside the server's tree, which stays what it was until {@link #commit}.
 * One at a time per vault; what a crash or {@link #close} leaves staged is never read and goes when the next one begins.
 * Confined to one thread at a time.
 */
public interface SnapshotLoad extends AutoCloseable {

    /** Stages live items, parents before children, in pieces of any size; each piece may be a transaction of its own. */
    void add(List<Item> items);

    /**
     * Runs the function in one write transaction in which {@link StoreView#stagedItem} and
     * {@link StoreTransaction#adoptStagedTree} work. Called only after the snapshot's trailer was found to match.
     *
     * @throws RuntimeException if the function throws; then nothing has changed
     */
    <T> T commit(Function<StoreTransaction, T> work);

    /** Discards what is staged; harmless after {@link #commit}. */
    @Override
    void close();
}
