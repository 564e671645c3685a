package io.tinysync.engine.device;

final class MemorySnapshotLoadTest extends SnapshotLoadContract {

    private final MemoryDeviceStore store = new MemoryDeviceStore(DeviceStoreContract::key);

    @Override
    protected DeviceStore open() {
        return store;
    }
}
