package io.tinysync.simulation;

import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.core.SnapshotLoad;
import io.tinysync.engine.device.core.StoreTransaction;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.protocol.Item;
import io.tinysync.simulation.disk.Power;
import java.util.List;
import java.util.function.Function;

/** A process's use of its machine's store: it may be killed before and after each transaction. */
final class SteppingStore implements DeviceStore {

    private final DeviceStore store;
    private final Power power;

    SteppingStore(DeviceStore store, Power power) {
        this.store = store;
        this.power = power;
    }

    @Override
    public <T> T read(Function<StoreView, T> work) {
        power.requireOn();
        return store.read(work);
    }

    @Override
    public <T> T write(Function<StoreTransaction, T> work) {
        power.step();
        T result = store.write(work);
        power.step();
        return result;
    }

    @Override
    public void makeDurable() {
        power.step();
        store.makeDurable();
    }

    @Override
    public SnapshotLoad loadSnapshot() {
        SnapshotLoad load = store.loadSnapshot();
        return new SnapshotLoad() {
            @Override
            public void add(List<Item> items) {
                power.step();
                load.add(items);
            }

            @Override
            public <T> T commit(Function<StoreTransaction, T> work) {
                power.step();
                T result = load.commit(work);
                power.step();
                return result;
            }

            @Override
            public void close() {
                load.close();
            }
        };
    }
}
