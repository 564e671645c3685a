package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.mount.Mount;
import io.tinysync.client.mount.MountCommands;
import io.tinysync.client.mount.MountException;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.MountPoint;
import io.tinysync.client.mount.Owner;
import io.tinysync.client.mount.Unmounting;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A drive mounted by libfuse 2. */
public final class JnrMount implements Mount {

    private static final int MOUNT_SECONDS = 20;

    private final Path mountPoint;
    private final ScheduledExecutorService timer;
    private final CompletableFuture<Integer> ended;

    private JnrMount(Path mountPoint, ScheduledExecutorService timer, CompletableFuture<Integer> ended) {
        this.mountPoint = mountPoint;
        this.timer = timer;
        this.ended = ended;
    }

    /** The {@link io.tinysync.client.mount.Binding} on jnr-fuse. */
    public static Mount mount(Drive drive, Path mountPoint, Owner owner, MountOptions options) throws MountException {
        Path path = MountPoint.prepare(mountPoint);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("drive-timer").factory());
        try {
            FuseSession session = new FuseSession(drive, owner, timer);
            JnrMount mount = new JnrMount(path, timer, session.start(path, LibfuseOptions.text(options)));
            mount.await(session.initialised());
            return mount;
        } catch (MountException | RuntimeException | LinkageError e) {
            timer.shutdown();
            throw e instanceof MountException refused
                    ? refused
                    : new MountException("libfuse 2 (libfuse.so.2) cannot be used: " + e.getMessage(), e);
        }
    }

    /** The kernel's first message was answered, and the mount stands in its list. */
    private void await(CompletableFuture<?> initialised) throws MountException {
        try {
            var _ = CompletableFuture.anyOf(initialised, ended).get(MOUNT_SECONDS, TimeUnit.SECONDS);
            if (ended.isDone()) {
                throw new MountException("libfuse did not mount " + mountPoint + " (its message is on standard error)");
            }
            if (MountPoint.typeAt(mountPoint).isEmpty()) {
                throw new MountException(mountPoint + " is not in the kernel's list of mounts");
            }
        } catch (TimeoutException e) {
            throw new MountException("the kernel did not answer within " + MOUNT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new MountException("libfuse did not mount " + mountPoint + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MountException("interrupted while mounting", e);
        }
    }

    @Override
    public Path mountPoint() {
        return mountPoint;
    }

    @Override
    public CompletableFuture<Void> whenEnded() {
        return ended.thenAccept(_ -> {});
    }

    @Override
    public boolean unmount() throws MountException {
        boolean over = Unmounting.run(mountPoint, MountCommands::unmount, whenEnded());
        timer.shutdown();
        return over;
    }
}
