package io.tinysync.client.fuse;

import io.tinysync.client.mount.Binding;
import io.tinysync.client.mount.RealProgramsContract;

/** Real programs on jnr-fuse. */
final class JnrRealProgramsIT extends RealProgramsContract {

    @Override
    protected Binding binding() {
        return JnrMount::mount;
    }
}
