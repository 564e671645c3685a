package io.tinysync.engine.device;

import static io.tinysync.engine.device.StoredValues.file;
import static io.tinysync.engine.device.StoredValues.id;
import static io.tinysync.engine.device.StoredValues.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.TreeTotals;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How every {@link DeviceStore} takes a snapshot; to be subclassed as {@link DeviceStoreContract}. */
public abstract class SnapshotLoadContract {

    private static final ItemId ROOT = ItemId.ROOT;

    /** As {@link DeviceStoreContract#open}. */
    protected abstract DeviceStore open();

    @Test
    void a_staged_snapshot_is_not_seen_before_it_is_committed() {
        DeviceStore store = open();
        write(store, tx -> tx.putServerItem(file(id(1), ROOT, "old")));
        try (var load = store.loadSnapshot()) {
            load.add(List.of(file(id(2), ROOT, "new"), file(id(3), id(2), "newer")));
            assertThat(store.<List<Item>>read(view -> view.serverItems(ROOT, 9)))
                    .hasSize(1);
            long items = load.commit(tx -> {
                assertThat(tx.serverItem(id(1))).isPresent();
                assertThat(tx.stagedItem(id(2))).isPresent();
                assertThat(tx.stagedItem(id(1))).isEmpty();
                tx.adoptStagedTree();
                assertThat(tx.serverItem(id(1))).isEmpty();
                return tx.serverTotals().items();
            });
            assertThat(items).isEqualTo(2);
        }
        open().read(view -> {
            assertThat(view.serverItems(ROOT, 9)).extracting(Item::itemId).containsExactly(id(2), id(3));
            assertThat(view.serverChild(id(2), "newer")).isPresent();
            assertThat(view.serverTotals()).isEqualTo(new TreeTotals(2, 10));
            return 0;
        });
    }

    @Test
    void a_snapshot_that_was_not_committed_leaves_nothing() {
        DeviceStore store = open();
        write(store, tx -> tx.putServerItem(file(id(1), ROOT, "old")));
        try (var load = store.loadSnapshot()) {
            load.add(List.of(file(id(2), ROOT, "half")));
        }
        DeviceStore reopened = open();
        try (var load = reopened.loadSnapshot()) {
            load.add(List.of(file(id(3), ROOT, "whole")));
            load.<Integer>commit(tx -> {
                tx.adoptStagedTree();
                return 0;
            });
        }
        assertThat(reopened.<List<Item>>read(view -> view.serverItems(ROOT, 9)))
                .extracting(Item::itemId)
                .containsExactly(id(3));
    }
}
