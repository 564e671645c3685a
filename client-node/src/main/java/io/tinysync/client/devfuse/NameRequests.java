package io.tinysync.client.devfuse;

import io.tinysync.client.devfuse.KernelCache.Name;
import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.client.drive.Opened;
import io.tinysync.client.drive.RenameMode;
import java.util.Optional;
import java.util.OptionalLong;

/** Requests about names in folders. */
final class NameRequests {

    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int MODE_BITS = 07777;

    private static final int RENAME_NOREPLACE = 1;

    private final Kernel kernel;
    private final Drive drive;
    private final KernelCache cache;

    NameRequests(Kernel kernel) {
        this.kernel = kernel;
        this.drive = kernel.drive();
        this.cache = kernel.cache();
    }

    void lookup(Request request, Reply reply) {
        Name name = new Name(request.node(), request.name());
        long begun = cache.begin();
        Attributes found;
        try {
            found = drive.lookup(name.parentIno(), name.name());
        } catch (DriveException e) {
            if (e.errno() == Errno.ENOENT && cache.absent(name, begun)) {
                Structs.putAbsent(reply.body());
                return;
            }
            throw e;
        }
        answer(name, found, begun, reply);
    }

    /** struct fuse_entry_out, with a reference. */
    private void answer(Name name, Attributes attributes, long begun, Reply reply) {
        reply.ifUndelivered(() -> kernel.forget(attributes.ino(), 1));
        boolean keep = cache.entry(name, attributes, begun);
        Structs.putEntry(reply.body(), attributes, kernel.owner(), keep);
    }

    /** struct fuse_create_in: makes a file, or opens the one that the kernel does not know of yet. */
    void create(Request request, Reply reply) {
        int flags = request.int32();
        int mode = request.int32() & MODE_BITS;
        request.skip(2 * Integer.BYTES);
        Name name = new Name(request.node(), request.newName());
        long begun = cache.begin();
        Opened opened;
        try {
            opened = changing(name, _ -> drive.create(name.parentIno(), name.name(), mode, request.pid()));
        } catch (DriveException e) {
            if (e.errno() != Errno.EEXIST || OpenFlags.isExclusive(flags)) {
                throw e;
            }
            opened = openExisting(name, OpenFlags.mode(flags), request.pid(), e);
        }
        long handle = opened.handle();
        long ino = opened.attributes().ino();
        reply.ifUndelivered(() -> {
            drive.release(handle);
            kernel.forget(ino, 1);
        });
        cache.pages(ino, Optional.empty());
        boolean keep = cache.entry(name, opened.attributes(), begun);
        Structs.putEntry(reply.body(), opened.attributes(), kernel.owner(), keep);
        Structs.putOpened(reply.body(), handle, 0);
    }

    private Opened openExisting(Name name, OpenMode mode, int pid, DriveException taken) {
        long ino;
        try {
            ino = drive.lookup(name.parentIno(), name.name()).ino();
        } catch (DriveException e) {
            // The name collides with another.
            throw taken;
        }
        try {
            long handle = drive.open(ino, mode, pid);
            return new Opened(handle, drive.getattr(ino));
        } catch (DriveException e) {
            drive.forget(ino, 1);
            throw e;
        }
    }

    /** struct fuse_mknod_in. */
    void mknod(Request request, Reply reply) {
        int mode = request.int32();
        request.skip(3 * Integer.BYTES);
        Name name = new Name(request.node(), request.newName());
        if ((mode & S_IFMT) != S_IFREG) {
            throw new DriveException(Errno.EPERM, "devices, pipes and sockets are not kept");
        }
        long begun = cache.begin();
        Opened opened =
                changing(name, _ -> drive.create(name.parentIno(), name.name(), mode & MODE_BITS, request.pid()));
        drive.flush(opened.handle());
        drive.release(opened.handle());
        answer(name, opened.attributes(), begun, reply);
    }

    /** struct fuse_mkdir_in. */
    void mkdir(Request request, Reply reply) {
        int mode = request.int32() & MODE_BITS;
        request.skip(Integer.BYTES);
        Name name = new Name(request.node(), request.newName());
        long begun = cache.begin();
        answer(name, changing(name, _ -> drive.mkdir(name.parentIno(), name.name(), mode)), begun, reply);
    }

    void symlink(Request request, Reply reply) {
        Name name = new Name(request.node(), request.newName());
        String target = request.text();
        long begun = cache.begin();
        answer(name, changing(name, _ -> drive.symlink(name.parentIno(), name.name(), target)), begun, reply);
    }

    void unlink(Request request) {
        Name name = new Name(request.node(), request.name());
        var _ = changing(name, _ -> {
            drive.unlink(name.parentIno(), name.name());
            return name;
        });
    }

    void rmdir(Request request) {
        Name name = new Name(request.node(), request.name());
        var _ = changing(name, _ -> {
            drive.rmdir(name.parentIno(), name.name());
            return name;
        });
    }

    /** struct fuse_rename_in. */
    void rename(Request request) {
        rename(request, request.int64(), RenameMode.REPLACE);
    }

    /** struct fuse_rename2_in. */
    void rename2(Request request) {
        long newParent = request.int64();
        int flags = request.int32();
        request.skip(Integer.BYTES);
        switch (flags) {
            case 0 -> rename(request, newParent, RenameMode.REPLACE);
            case RENAME_NOREPLACE -> rename(request, newParent, RenameMode.KEEP_TARGET);
            default -> throw new DriveException(Errno.EINVAL, "a rename of this kind is not known: " + flags);
        }
    }

    private void rename(Request request, long newParent, RenameMode mode) {
        Name from = new Name(request.node(), request.name());
        Name to = new Name(newParent, request.newName());
        OptionalLong moved = changing(
                from,
                told -> changing(to, _ -> {
                    drive.rename(from.parentIno(), from.name(), to.parentIno(), to.name(), mode);
                    return told;
                }));
        cache.moved(moved, to);
    }

    /** What changes a name that the kernel was told leads to an inode. */
    private interface Change<T> {
        T make(OptionalLong told);
    }

    /** Carries out a change of a name, which the kernel knows by the answer, so that it need not be told. */
    private <T> T changing(Name name, Change<T> change) {
        OptionalLong told = cache.changing(name);
        boolean done = false;
        try {
            T result = change.make(told);
            done = true;
            return result;
        } finally {
            if (!done) {
                cache.unchanged(name, told);
            }
        }
    }
}
