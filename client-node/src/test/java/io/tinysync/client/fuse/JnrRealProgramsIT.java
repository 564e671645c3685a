package io.tinysync.client.fuse;

import io.tinysync.client.mount.Binding;
import io.tinysync.client.mount.RealProgramsContract;

/**
 * Real programs on jnr-fuse. What the path-based API cannot do is tested for the other binding alone: names and attributes that
 * are cached and right, a file that is replaced under its name while it is open for long, and renames that spare their target.
 */
final class JnrRealProgramsIT extends RealProgramsContract {

    @Override
    protected Binding binding() {
        return JnrMount::mount;
    }
}
