package io.tinysync.client.store;

import io.tinysync.engine.device.core.SnapshotLoad;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.protocol.Item;
import java.util.List;
import java.util.function.Function;

/** Loads a snapshot into the table of the server's tree that is not read. */
final class SqliteSnapshotLoad implements SnapshotLoad {

    private final SqliteStore store;
    private boolean open = true;

    SqliteSnapshotLoad(SqliteStore store) {
        this.store = store;
        clear();
    }

    @Override
    public void add(List<Item> items) {
        store.transaction(false, transaction -> {
            ServerRows staged = transaction.staged();
            for (Item item : items) {
                SqliteView.tried(() -> {
                    staged.add(item);
                    return item;
                });
            }
            return items.size();
        });
    }

    @Override
    public <T> T commit(Function<StoreTransaction, T> work) {
        T result = store.transaction(true, work);
        close();
        return result;
    }

    /** After a commit the table that is not read holds the tree from before, and goes likewise. */
    @Override
    public void close() {
        if (open) {
            open = false;
            clear();
        }
    }

    private void clear() {
        store.transaction(
                false,
                transaction -> SqliteView.tried(() -> {
                    transaction.staged().clear();
                    return 0;
                }));
    }
}
