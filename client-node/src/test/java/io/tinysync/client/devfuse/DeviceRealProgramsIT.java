package io.tinysync.client.devfuse;

import io.tinysync.client.mount.Binding;
import io.tinysync.client.mount.RealProgramsContract;

/** Real programs on the kernel's own protocol. */
final class DeviceRealProgramsIT extends RealProgramsContract {

    @Override
    protected Binding binding() {
        return DeviceMount::mount;
    }
}
