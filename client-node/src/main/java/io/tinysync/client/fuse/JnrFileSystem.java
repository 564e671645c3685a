package io.tinysync.client.fuse;

import io.tinysync.client.drive.AttributeChange;
import io.tinysync.client.drive.AttributeChange.Mtime;
import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.client.drive.Opened;
import io.tinysync.client.drive.RenameMode;
import io.tinysync.client.fuse.PathTable.Place;
import io.tinysync.client.mount.Owner;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import jnr.ffi.Pointer;
import jnr.ffi.types.dev_t;
import jnr.ffi.types.gid_t;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.uid_t;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * libfuse's calls, each as one operation of the drive. What is not overridden libfuse answers with ENOSYS, which the kernel turns
 * into what a file system without it says: EOPNOTSUPP for extended attributes and fallocate; locks it keeps by itself.
 */
class JnrFileSystem extends FuseStubFS {

    private static final int O_ACCMODE = 3;
    private static final int O_TRUNC = 01000;
    private static final int O_APPEND = 02000;
    private static final int MODE_BITS = 07777;
    private static final int NO_ID = -1;

    /** Where names change all the time, a file is shown as it was a moment ago. */
    private static final int MAX_OPENS = 4;

    private final Drive drive;
    private final Owner owner;
    private final PathTable paths;
    private final HiddenNames hidden;
    private final OpenNames open = new OpenNames();

    JnrFileSystem(Drive drive, Owner owner, ScheduledExecutorService timer) {
        this.drive = drive;
        this.owner = owner;
        this.paths = new PathTable(drive, open);
        this.hidden = new HiddenNames(drive, paths, timer);
        drive.tell(new ChangedNames(drive, paths, open, timer));
    }

    private long inode(String path) {
        if (hidden.isGone(path)) {
            throw new DriveException(Errno.ENOENT, "it is being removed");
        }
        OptionalLong unlinked = hidden.inode(path);
        return unlinked.isPresent() ? unlinked.getAsLong() : paths.resolve(path);
    }

    private int at(String what, String path, PathTable.InodeOperation<Integer> operation) {
        return Answer.of(what, () -> paths.retrying(() -> operation.on(inode(path))));
    }

    @Override
    public int getattr(String path, FileStat stat) {
        return at("getattr", path, ino -> filled(stat, drive.getattr(ino)));
    }

    private int filled(FileStat stat, Attributes attributes) {
        Structs.fill(stat, attributes, owner);
        return 0;
    }

    @Override
    public int readlink(String path, Pointer buffer, @size_t long size) {
        return at("readlink", path, ino -> {
            Structs.putCString(buffer, size, drive.readlink(ino));
            return 0;
        });
    }

    @Override
    public int mknod(String path, @mode_t long mode, @dev_t long device) {
        return Answer.of("mknod", () -> {
            if (!FileStat.S_ISREG((int) mode)) {
                throw new DriveException(Errno.EPERM, "devices, pipes and sockets are not kept");
            }
            long handle = made(path, place -> {
                Opened opened = drive.create(place.parentIno(), place.name(), bits(mode), pid());
                paths.made(place, opened.attributes().ino());
                return opened.handle();
            });
            drive.flush(handle);
            drive.release(handle);
            return 0;
        });
    }

    @Override
    public int mkdir(String path, @mode_t long mode) {
        return Answer.of(
                "mkdir",
                () -> made(path, place -> {
                    paths.made(
                            place,
                            drive.mkdir(place.parentIno(), place.name(), bits(mode))
                                    .ino());
                    return 0;
                }));
    }

    @Override
    public int symlink(String target, String path) {
        return Answer.of(
                "symlink",
                () -> made(path, place -> {
                    paths.made(
                            place,
                            drive.symlink(place.parentIno(), place.name(), target)
                                    .ino());
                    return 0;
                }));
    }

    /** Makes something new at a path. */
    private <T> T made(String path, Function<Place, T> make) {
        hidden.settleAll();
        return make.apply(paths.newPlace(path));
    }

    @Override
    public int link(String path, String newPath) {
        return Answer.failure(Errno.EPERM);
    }

    @Override
    public int unlink(String path) {
        return Answer.of("unlink", () -> {
            if (!hidden.drop(path)) {
                hidden.settleAll();
                Place place = paths.place(path);
                drive.unlink(place.parentIno(), place.name());
                paths.forget(place);
            }
            return 0;
        });
    }

    @Override
    public int rmdir(String path) {
        return Answer.of("rmdir", () -> {
            hidden.settleAll();
            Place place = paths.place(path);
            drive.rmdir(place.parentIno(), place.name());
            paths.forget(place);
            return 0;
        });
    }

    @Override
    public int rename(String path, String newPath) {
        return Answer.of("rename", () -> {
            if (HiddenNames.isHidden(newPath)) {
                hidden.hide(path, newPath);
                return 0;
            }
            hidden.replaced(newPath);
            hidden.settleAll();
            Place from = paths.place(path);
            Place to = paths.newPlace(newPath);
            drive.rename(from.parentIno(), from.name(), to.parentIno(), to.name(), RenameMode.REPLACE);
            paths.forget(from);
            paths.forget(to);
            return 0;
        });
    }

    @Override
    public int chmod(String path, @mode_t long mode) {
        return changed("chmod", path, AttributeChange.mode(bits(mode)));
    }

    @Override
    public int chown(String path, @uid_t long uid, @gid_t long gid) {
        return changed("chown", path, AttributeChange.owner(id(uid), id(gid)));
    }

    private static OptionalInt id(long id) {
        return (int) id == NO_ID ? OptionalInt.empty() : OptionalInt.of((int) id);
    }

    @Override
    public int truncate(String path, @off_t long size) {
        return changed("truncate", path, AttributeChange.size(size));
    }

    @Override
    public int ftruncate(String path, @off_t long size, FuseFileInfo info) {
        return Answer.of("ftruncate", () -> {
            long handle = info.fh.get();
            drive.setattr(drive.inodeOf(handle), OptionalLong.of(handle), AttributeChange.size(size));
            return 0;
        });
    }

    @Override
    public int utimens(String path, Timespec[] times) {
        return Answer.of("utimens", () -> {
            Mtime mtime = Structs.mtime(times[1]);
            return changed("utimens", path, AttributeChange.mtime(mtime));
        });
    }

    private int changed(String what, String path, AttributeChange change) {
        return at(what, path, ino -> {
            drive.setattr(ino, OptionalLong.empty(), change);
            return 0;
        });
    }

    @Override
    public int open(String path, FuseFileInfo info) {
        return Answer.of("open", () -> {
            Place place = paths.place(path);
            int flags = info.flags.get();
            boolean write = (flags & O_ACCMODE) != 0;
            if (write) {
                // What is written has to reach the present file.
                open.letGo(place);
            }
            OpenMode mode = new OpenMode(write, write && (flags & O_TRUNC) != 0, (flags & O_APPEND) != 0);
            info.fh.set(opened(path, place, mode, pid()));
            return 0;
        });
    }

    /** Opens what the path leads to; anew, if a name was changed in the meantime and it may have been this one. */
    private long opened(String path, Place place, OpenMode mode, int pid) {
        for (int attempt = 1; ; attempt++) {
            long before = paths.generation();
            long handle = paths.retrying(() -> drive.open(inode(path), mode, pid));
            open.opened(handle, place, drive.inodeOf(handle));
            if (attempt == MAX_OPENS || before == paths.generation()) {
                return handle;
            }
            drive.release(handle);
            open.closed(handle);
        }
    }

    @Override
    public int create(String path, @mode_t long mode, FuseFileInfo info) {
        return Answer.of(
                "create",
                () -> made(path, place -> {
                    Opened opened = drive.create(place.parentIno(), place.name(), bits(mode), pid());
                    paths.made(place, opened.attributes().ino());
                    info.fh.set(opened.handle());
                    return 0;
                }));
    }

    @Override
    public int fgetattr(String path, FileStat stat, FuseFileInfo info) {
        return Answer.of("fgetattr", () -> filled(stat, drive.getattr(drive.inodeOf(info.fh.get()))));
    }

    @Override
    public int read(String path, Pointer buffer, @size_t long size, @off_t long offset, FuseFileInfo info) {
        return Answer.of("read", () -> drive.read(info.fh.get(), offset, Structs.buffer(buffer, size)));
    }

    @Override
    public int write(String path, Pointer buffer, @size_t long size, @off_t long offset, FuseFileInfo info) {
        return Answer.of("write", () -> drive.write(info.fh.get(), offset, Structs.buffer(buffer, size)));
    }

    @Override
    public int flush(String path, FuseFileInfo info) {
        return Answer.of("flush", () -> {
            drive.flush(info.fh.get());
            return 0;
        });
    }

    @Override
    public int fsync(String path, int dataOnly, FuseFileInfo info) {
        return Answer.of("fsync", () -> {
            drive.fsync(info.fh.get());
            return 0;
        });
    }

    @Override
    public int release(String path, FuseFileInfo info) {
        return Answer.of("release", () -> {
            long handle = info.fh.get();
            drive.release(handle);
            open.closed(handle);
            return 0;
        });
    }

    @Override
    public int opendir(String path, FuseFileInfo info) {
        return at("opendir", path, ino -> {
            hidden.settleAll();
            info.fh.set(drive.openFolder(ino));
            return 0;
        });
    }

    @Override
    public int readdir(String path, Pointer buffer, FuseFillDir fill, @off_t long offset, FuseFileInfo info) {
        return Answer.of("readdir", () -> {
            new FolderReply(buffer, fill).send(drive, info.fh.get(), offset);
            return 0;
        });
    }

    @Override
    public int releasedir(String path, FuseFileInfo info) {
        return Answer.of("releasedir", () -> {
            drive.releaseFolder(info.fh.get());
            return 0;
        });
    }

    /** jnr-fuse declares this call without its second parameter, so what it passes as the third must not be touched. */
    @Override
    public int fsyncdir(String path, FuseFileInfo unusable) {
        return Answer.of("fsyncdir", () -> {
            drive.fsyncFolder();
            return 0;
        });
    }

    @Override
    public int statfs(String path, Statvfs stat) {
        return Answer.of("statfs", () -> {
            Structs.fill(stat, drive.statfs());
            return 0;
        });
    }

    private static int bits(long mode) {
        return (int) mode & MODE_BITS;
    }

    /** The thread that asks, as the kernel says. */
    private int pid() {
        return (int) getContext().pid.get();
    }
}
