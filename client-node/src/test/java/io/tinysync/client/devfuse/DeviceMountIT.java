package io.tinysync.client.devfuse;

import io.tinysync.client.mount.Binding;
import io.tinysync.client.mount.MountContract;

/** Mounting with the kernel's own protocol. */
final class DeviceMountIT extends MountContract {

    @Override
    protected Binding binding() {
        return DeviceMount::mount;
    }

    @Override
    protected Class<?> mountingProcess() {
        return UntilKilled.class;
    }

    /** Mounts and waits. */
    static final class UntilKilled {

        private UntilKilled() {}

        public static void main(String[] arguments) throws Exception {
            mountUntilKilled(DeviceMount::mount, arguments);
        }
    }
}
