package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.mount.Owner;

/**
 * What those who answer the kernel share.
 *
 * @param owner to whom everything belongs
 * @param cache what the kernel was told
 */
record Kernel(Drive drive, Owner owner, KernelCache cache) {

    /** Takes a reference back that the kernel gave back, or never got. */
    void forget(long ino, long references) {
        cache.forget(ino, references);
        drive.forget(ino, references);
    }
}
