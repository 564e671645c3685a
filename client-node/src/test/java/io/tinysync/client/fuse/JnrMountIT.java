package io.tinysync.client.fuse;

import io.tinysync.client.mount.Binding;
import io.tinysync.client.mount.MountContract;

/** Mounting with jnr-fuse. */
final class JnrMountIT extends MountContract {

    @Override
    protected Binding binding() {
        return JnrMount::mount;
    }

    @Override
    protected Class<?> mountingProcess() {
        return UntilKilled.class;
    }

    /** Mounts and waits. */
    static final class UntilKilled {

        private UntilKilled() {}

        public static void main(String[] arguments) throws Exception {
            mountUntilKilled(JnrMount::mount, arguments);
        }
    }
}
