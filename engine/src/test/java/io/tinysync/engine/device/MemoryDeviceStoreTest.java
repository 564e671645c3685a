package io.tinysync.engine.device;

final class MemoryDeviceStoreTest extends DeviceStoreContract {

    private final MemoryDeviceStore store = new MemoryDeviceStore(DeviceStoreContract::key);

    @Override
    protected DeviceStore open() {
        return store;
    }
}
