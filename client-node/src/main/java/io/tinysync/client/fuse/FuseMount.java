package io.tinysync.client.fuse;

import io.tinysync.client.drive.Drive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A drive that is mounted. Whoever mounts must not touch the mount point from the same process while it is. */
public final class FuseMount {

    private static final Logger LOG = LoggerFactory.getLogger(FuseMount.class);

    private static final int MOUNT_SECONDS = 20;
    /** How long programs get to let go of a drive that is unmounted, before it is taken from under them. */
    private static final int BUSY_MILLIS = 500;

    private final Path mountPoint;
    private final ScheduledExecutorService timer;
    private final CompletableFuture<Integer> ended;

    private FuseMount(Path mountPoint, ScheduledExecutorService timer, CompletableFuture<Integer> ended) {
        this.mountPoint = mountPoint;
        this.timer = timer;
        this.ended = ended;
    }

    /**
     * Mounts a drive on an empty folder, and returns once the kernel has been answered. The remains of a drive whose process was
     * killed are cleared away first.
     */
    public static FuseMount mount(Drive drive, Path mountPoint, Owner owner, MountOptions options)
            throws MountException {
        Path path = mountPoint.toAbsolutePath().normalize();
        clearDeadMount(path);
        requireEmptyFolder(path);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("drive-timer").factory());
        try {
            FuseSession session = new FuseSession(drive, owner, timer);
            FuseMount mount = new FuseMount(path, timer, session.start(path, options.text()));
            mount.await(session.initialised());
            return mount;
        } catch (MountException | RuntimeException | LinkageError e) {
            timer.shutdown();
            throw e instanceof MountException refused
                    ? refused
                    : new MountException("libfuse 2 (libfuse.so.2) cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Unmounts what a killed process left at a path: any access to it says that the transport endpoint is not connected.
     *
     * @return whether there was something
     */
    public static boolean clearDeadMount(Path mountPoint) throws MountException {
        Path path = mountPoint.toAbsolutePath().normalize();
        if (typeAt(path).filter(type -> type.startsWith("fuse")).isEmpty()) {
            return false;
        }
        MountCommands.Result probe = MountCommands.probe(path);
        if (probe.done()) {
            throw new MountException("a drive is mounted at " + path + " already");
        }
        if (!probe.output().contains("Transport endpoint is not connected")) {
            throw new MountException(path + " cannot be looked at: " + probe.output());
        }
        MountCommands.Result result = MountCommands.unmount(path, true);
        if (!result.done()) {
            throw new MountException("the dead mount at " + path + " cannot be cleared: " + result.output());
        }
        return true;
    }

    private static void requireEmptyFolder(Path path) throws MountException {
        if (!Files.isDirectory(path)) {
            throw new MountException(path + " is not a folder");
        }
        try (var children = Files.newDirectoryStream(path)) {
            if (children.iterator().hasNext()) {
                throw new MountException(path + " is not empty: what is in it would be hidden");
            }
        } catch (IOException e) {
            throw new MountException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<String> typeAt(Path path) throws MountException {
        try {
            return MountTable.typeAt(path);
        } catch (IOException e) {
            throw new MountException("the list of mounts cannot be read: " + e.getMessage(), e);
        }
    }

    /** The kernel's first message was answered, and the mount stands in its list. */
    private void await(CompletableFuture<?> initialised) throws MountException {
        try {
            var _ = CompletableFuture.anyOf(initialised, ended).get(MOUNT_SECONDS, TimeUnit.SECONDS);
            if (ended.isDone()) {
                throw new MountException("libfuse did not mount " + mountPoint + " (its message is on standard error)");
            }
            if (typeAt(mountPoint).isEmpty()) {
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

    public Path mountPoint() {
        return mountPoint;
    }

    /** Completes when the drive is mounted no more, whoever unmounted it. */
    public CompletableFuture<Void> whenEnded() {
        return ended.thenAccept(_ -> {});
    }

    /**
     * Unmounts. Programs that still use the drive after a moment lose it: the mount point is free at once, and they go on until
     * this process ends.
     *
     * @return whether nobody was using it any more
     */
    public boolean unmount() throws MountException {
        MountCommands.Result result = MountCommands.unmount(mountPoint, false);
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS);
        while (!result.done() && !ended.isDone() && System.nanoTime() < giveUpAt) {
            result = MountCommands.unmount(mountPoint, false);
        }
        boolean idle = result.done() || ended.isDone();
        if (!idle) {
            LOG.warn("{} is in use ({}), it is unmounted lazily", mountPoint, result.output());
            MountCommands.Result lazily = MountCommands.unmount(mountPoint, true);
            if (!lazily.done()) {
                throw new MountException(mountPoint + " cannot be unmounted: " + lazily.output());
            }
        }
        boolean over = idle && awaitEnd();
        timer.shutdown();
        return over;
    }

    private boolean awaitEnd() {
        try {
            ended.get(MOUNT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
