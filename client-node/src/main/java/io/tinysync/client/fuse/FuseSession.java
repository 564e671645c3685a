package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.mount.Owner;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;

/**
 * One run of libfuse's loop. Started here and not by jnr-fuse's own mount, which takes two seconds for a proof, and whose shutdown
 * hook would unmount before the daemon has drained.
 */
final class FuseSession extends JnrFileSystem {

    /** The functions from getattr to bmap in libfuse 2's fuse_operations. */
    private static final long POINTERS_BEFORE_FLAGS = 38;

    /** Bits of fuse_operations after bmap: flag_nullpath_ok, flag_nopath, flag_utime_omit_ok. */
    private static final byte FLAGS = 1 | 2 | 4;

    private final CompletableFuture<Void> initialised = new CompletableFuture<>();

    FuseSession(Drive drive, Owner owner, ScheduledExecutorService timer) {
        super(drive, owner, timer);
        // Calls with a handle then come without a path, which for an unlinked file there is not.
        Struct.getMemory(fuseOperations).putByte(POINTERS_BEFORE_FLAGS * Long.BYTES, FLAGS);
    }

    /** Completes when the kernel's first message arrives. */
    CompletableFuture<Void> initialised() {
        return initialised;
    }

    @Override
    public Pointer init(Pointer connection) {
        initialised.complete(null);
        return connection;
    }

    @Override
    public void destroy(Pointer userData) {
        // Nothing is kept for libfuse.
    }

    /** Mounts, and serves until unmounted; completes with libfuse's exit code. */
    CompletableFuture<Integer> start(Path mountPoint, String options) {
        String[] arguments = {"tinysync", "-f", "-o", options, mountPoint.toString()};
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("fuse " + mountPoint.getFileName()).start(() -> {
            try {
                ended.complete(libFuse.fuse_main_real(
                        arguments.length, arguments, fuseOperations, Struct.size(fuseOperations), null));
            } catch (RuntimeException | LinkageError e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }
}
