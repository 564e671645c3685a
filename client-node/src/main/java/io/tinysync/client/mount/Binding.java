package io.tinysync.client.mount;

import io.tinysync.client.drive.Drive;
import java.nio.file.Path;

/** A way to bring a drive to the kernel. */
public interface Binding {

    /**
     * Mounts a drive on an empty folder, and returns once the kernel has been answered. The remains of a drive whose process was
     * killed are cleared away first.
     *
     * @throws MountException with a sentence that says why it is not mounted; nothing is left then
     */
    Mount mount(Drive drive, Path mountPoint, Owner owner, MountOptions options) throws MountException;
}
