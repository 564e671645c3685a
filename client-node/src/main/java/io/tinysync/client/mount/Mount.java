package io.tinysync.client.mount;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A drive that is mounted. The process that mounted it must not touch the mount point while it is. Thread-safe. */
public interface Mount {

    Path mountPoint();

    /** Completes when the drive is mounted no more, whoever unmounted it. */
    CompletableFuture<Void> whenEnded();

    /**
     * Unmounts. Programs that still use the drive after a moment lose it: the mount point is free at once, and they go on until
     * this process ends.
     *
     * @return whether nobody was using it any more
     */
    boolean unmount() throws MountException;
}
