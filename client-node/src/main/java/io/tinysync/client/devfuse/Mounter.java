package io.tinysync.client.devfuse;

import io.tinysync.client.mount.MountCommands;
import io.tinysync.client.mount.MountException;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.Owner;
import java.nio.file.Path;

/** Makes and ends mounts, with the rights that this process has. */
interface Mounter {

    /** Mounts; returns the descriptor on which the kernel will say what it wants. */
    int mount(Path mountPoint, Owner owner, MountOptions options) throws MountException;

    /** As {@link io.tinysync.client.mount.Unmounting.Attempt}. */
    MountCommands.Result unmount(Path mountPoint, boolean lazy);
}
