package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.mount.Mount;
import io.tinysync.client.mount.MountException;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.MountPoint;
import io.tinysync.client.mount.Owner;
import io.tinysync.client.mount.Unmounting;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A drive mounted by this process itself: by mount(2) as root, with the help of fusermount otherwise. */
public final class DeviceMount implements Mount {

    private static final int MOUNT_SECONDS = 20;

    private final Path mountPoint;
    private final Mounter mounter;
    private final Session session;

    private DeviceMount(Path mountPoint, Mounter mounter, Session session) {
        this.mountPoint = mountPoint;
        this.mounter = mounter;
        this.session = session;
    }

    /** The {@link io.tinysync.client.mount.Binding} on the kernel's protocol. */
    public static Mount mount(Drive drive, Path mountPoint, Owner owner, MountOptions options) throws MountException {
        Path path = MountPoint.prepare(mountPoint);
        Mounter mounter = owner.uid() == 0 ? new RootMounter() : new FusermountMounter();
        Session session = new Session(new Device(mounter.mount(path, owner, options)), drive, owner);
        DeviceMount mount = new DeviceMount(path, mounter, session);
        session.start();
        boolean answered = false;
        try {
            mount.awaitFirstMessage();
            answered = true;
        } finally {
            if (!answered) {
                var _ = mounter.unmount(path, true);
            }
        }
        return mount;
    }

    private void awaitFirstMessage() throws MountException {
        try {
            var _ = session.agreed().get(MOUNT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new MountException("the kernel did not say anything within " + MOUNT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new MountException(mountPoint + " cannot be mounted: " + e.getMessage(), e);
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
        return session.ended();
    }

    @Override
    public boolean unmount() throws MountException {
        return Unmounting.run(mountPoint, mounter::unmount, session.ended());
    }
}
