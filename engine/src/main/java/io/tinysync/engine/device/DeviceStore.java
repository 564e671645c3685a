package io.tinysync.engine.device;

import io.tinysync.engine.device.core.SnapshotLoad;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.StoreView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/**
 * The transactional local store of one attached vault. Thread-safe: writers run one after the other, readers see the state after
 * some committed write and do not wait for a writer longer than its transaction takes. Memory stays flat however large the tree.
 *
 * <p>A write that returned survives the end of the process at any instant; it survives power loss once {@link #makeDurable}
 * has returned. Transactions come back after power loss in their order, none of them in part.
 *
 * <p>The store is made with the vault's {@code tree.NameRules}, by which it keys names.
 */
public interface DeviceStore {

    /** Runs the function on one consistent state. It must not keep the view. */
    <T> T read(Function<StoreView, T> work);

    /** As {@link #read}, for a look at a few items: a store may serve it from what it has in memory. */
    default <T> T glance(Function<StoreView, T> work) {
        return read(work);
    }

    /**
     * Runs the function in one write transaction. It must be short, must not wait for anything and must not keep the transaction.
     *
     * @throws RuntimeException what the function throws; then nothing has changed
     */
    <T> T write(Function<StoreTransaction, T> work);

    /** Makes every write that has returned survive power loss. */
    void makeDurable();

    /** The store could not do what was asked, because of this machine: its disk is full, failing or its file damaged. Nothing has changed. */
    class FailedException extends UncheckedIOException {
        public FailedException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** Begins to stage a snapshot, discarding one that was not committed. */
    SnapshotLoad loadSnapshot();
}
