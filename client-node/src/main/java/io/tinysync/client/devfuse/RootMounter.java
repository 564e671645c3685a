package io.tinysync.client.devfuse;

import io.tinysync.client.mount.MountCommands;
import io.tinysync.client.mount.MountException;
import io.tinysync.client.mount.MountOptions;
import io.tinysync.client.mount.Owner;
import java.nio.file.Path;

/** Mounts by mount(2), which root may. */
final class RootMounter implements Mounter {

    private static final String DEVICE = "/dev/fuse";

    // From sys/mount.h.
    private static final long MS_NOSUID = 2;
    private static final long MS_NODEV = 4;
    private static final int MNT_DETACH = 2;

    private static final int ENODEV = 19;
    private static final int ENXIO = 6;

    @Override
    public int mount(Path mountPoint, Owner owner, MountOptions options) throws MountException {
        int descriptor = Libc.open(DEVICE, Libc.O_RDWR | Libc.O_CLOEXEC);
        if (descriptor < 0) {
            throw new MountException(DEVICE + " cannot be opened: " + why(-descriptor));
        }
        String text = "fd=%d,rootmode=40000,user_id=%d,group_id=%d,default_permissions%s"
                .formatted(descriptor, owner.uid(), owner.gid(), options.allowOther() ? ",allow_other" : "");
        int result =
                Libc.mount("tinysync", mountPoint.toString(), "fuse." + MountOptions.TYPE, MS_NOSUID | MS_NODEV, text);
        if (result < 0) {
            Libc.close(descriptor);
            throw new MountException(mountPoint + " cannot be mounted: " + why(-result));
        }
        return descriptor;
    }

    private static String why(int errno) {
        String message = Libc.message(errno);
        return errno == ENODEV || errno == ENXIO || errno == Libc.ENOENT
                ? message + " (is the kernel's module there? modprobe fuse)"
                : message;
    }

    @Override
    public MountCommands.Result unmount(Path mountPoint, boolean lazy) {
        int result = Libc.unmount(mountPoint.toString(), lazy ? MNT_DETACH : 0);
        return new MountCommands.Result(result == 0, result == 0 ? "" : Libc.message(-result));
    }
}
