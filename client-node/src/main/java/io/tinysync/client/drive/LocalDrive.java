package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drive over a vault's local tree and the contents on this device. Every operation is: find the inode or handle, act, answer. */
public final class LocalDrive implements Drive {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDrive.class);

    private static final int SYMLINK_MODE = 0777;

    /** How often files that are kept open are looked at; small against the minute that they must be still. */
    private static final int BETWEEN_LOOKS_SECONDS = 5;

    private final DriveParts parts;
    private final DriveSettings settings;
    private final InodeTable table = new InodeTable();
    private final Items items;
    private final Namespace names;
    private final OpenFiles files;
    private final Handles<FolderReader> folders = new Handles<>();
    private final TreeChanges changes;

    private LocalDrive(DriveParts parts, Executor changesExecutor) {
        this.parts = parts;
        this.settings = parts.settings();
        this.items = new Items(parts, table::changes);
        this.names = new Namespace(table, items, parts);
        this.files = new OpenFiles(table, items, parts, this::outdated);
        this.changes = new TreeChanges(parts.tree(), table, files, changesExecutor);
    }

    /**
     * Makes the drive of a vault, and first settles what an earlier process left in the midst of writing.
     *
     * @param makeRecordsDurable returns once everything that the tree has recorded survives power loss
     */
    public static LocalDrive open(
            LocalTree tree,
            ContentFiles contents,
            Hydrator hydrator,
            Runnable makeRecordsDurable,
            DriveSettings settings)
            throws IOException {
        Executor own = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("drive-changes").factory());
        LocalDrive drive = open(tree, contents, hydrator, makeRecordsDurable, settings, own);
        var _ = Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("drive-still").factory())
                .scheduleWithFixedDelay(
                        drive::publishStill, BETWEEN_LOOKS_SECONDS, BETWEEN_LOOKS_SECONDS, TimeUnit.SECONDS);
        return drive;
    }

    /** As above; the executor carries out what follows from changes of other devices. */
    static LocalDrive open(
            LocalTree tree,
            ContentFiles contents,
            Hydrator hydrator,
            Runnable makeRecordsDurable,
            DriveSettings settings,
            Executor changesExecutor)
            throws IOException {
        new Recovery(tree, contents, makeRecordsDurable).run();
        return new LocalDrive(DriveParts.of(tree, contents, hydrator, makeRecordsDurable, settings), changesExecutor);
    }

    /** Sends what programs have fsynced in files that they keep open, where it was left alone for long enough. */
    void publishStill() {
        for (OpenFile open : table.openFiles()) {
            try {
                open.publishIfStill(settings.clock().millis());
            } catch (IOException | RefusedException | RuntimeException e) {
                LOG.warn("{} is kept open and cannot be sent yet", open.inode().itemId(), e);
            }
        }
    }

    /** What the replayer is to tell of changes. */
    public TreeListener changes() {
        return changes;
    }

    @Override
    public void tell(Invalidations binding) {
        changes.tell(binding);
    }

    /** See {@link OpenFiles#dropHeld}. */
    public boolean dropHeld(LocalItem item) {
        return files.dropHeld(item);
    }

    private void outdated(LocalItem item) {
        changes.changed(Set.of(item.place()), Set.of(item.itemId()));
    }

    @Override
    public Attributes lookup(long parentIno, String name) {
        return run(() -> items.attributes(names.lookup(parentIno, name)));
    }

    @Override
    public void forget(long ino, long references) {
        table.forget(ino, references);
    }

    @Override
    public Attributes getattr(long ino) {
        return run(() -> items.attributes(table.get(ino)));
    }

    @Override
    public Attributes setattr(long ino, OptionalLong handle, AttributeChange change) {
        return run(() -> {
            Inode inode = table.get(ino);
            requireOwner(change.uid(), settings.uid());
            requireOwner(change.gid(), settings.gid());
            if (change.sizeBytes().isPresent()) {
                resize(inode, handle, change.sizeBytes().getAsLong());
            }
            setMetadata(inode, change);
            return items.attributes(inode);
        });
    }

    private static void requireOwner(OptionalInt asked, int owner) {
        if (asked.isPresent() && asked.getAsInt() != owner) {
            throw new DriveException(Errno.EPERM, "everything belongs to " + owner + ", not to " + asked.getAsInt());
        }
    }

    private void resize(Inode inode, OptionalLong handle, long sizeBytes) throws IOException, RefusedException {
        if (handle.isPresent()) {
            FileHandle open = files.get(handle.getAsLong());
            open.requireWritable();
            open.file().resize(sizeBytes, open.base());
            return;
        }
        long own = files.open(inode, sizeBytes == 0 ? OpenMode.REWRITE : OpenMode.WRITE, 0);
        try {
            FileHandle open = files.get(own);
            open.file().resize(sizeBytes, open.base());
            open.file().flush(open.processId());
        } finally {
            files.release(own);
        }
    }

    private void setMetadata(Inode inode, AttributeChange change) throws IOException, RefusedException {
        change.mode().ifPresent(LocalDrive::requirePermissionBits);
        OptionalLong mtime = switch (change.mtime()) {
            case AttributeChange.Mtime.Keep _ -> OptionalLong.empty();
            case AttributeChange.Mtime.Now _ -> OptionalLong.of(settings.nowNs());
            case AttributeChange.Mtime.At(long ns) -> OptionalLong.of(ns);
        };
        OpenFile open = inode.openFile;
        if (mtime.isPresent() && open != null && open.setWrittenAt(mtime.getAsLong())) {
            mtime = OptionalLong.empty();
        }
        if (change.mode().isPresent() || mtime.isPresent()) {
            setMetadata(inode, change.mode(), mtime);
        }
    }

    private void setMetadata(Inode inode, OptionalInt mode, OptionalLong mtime) throws IOException, RefusedException {
        LocalItem item = items.get(inode);
        if (item.itemId().isRoot()) {
            parts.root().set(mode, mtime);
        } else if (inode.isDetached()) {
            inode.detach(Items.changed(item, mode, mtime));
        } else {
            parts.handovers().act(inode, itemId -> parts.tree().setMetadata(itemId, mode, mtime));
            inode.drop();
        }
    }

    private static void requirePermissionBits(int mode) {
        if ((mode & ~0777) != 0) {
            throw new DriveException(
                    Errno.EPERM, "set-id and sticky bits are not kept: 0" + Integer.toOctalString(mode));
        }
    }

    @Override
    public String readlink(long ino) {
        return run(() -> {
            LocalItem item = items.get(table.get(ino));
            String target = item.target();
            if (item.kind() != ItemKind.SYMLINK || target == null) {
                throw new DriveException(Errno.EINVAL, item.name() + " is no link");
            }
            return target;
        });
    }

    @Override
    public Opened create(long parentIno, String name, int mode, int pid) {
        requirePermissionBits(mode);
        return run(() -> {
            Inode inode = names.createFile(parentIno, name, mode, settings.nowNs());
            return new Opened(files.openNew(inode, pid), items.attributes(inode));
        });
    }

    @Override
    public long open(long ino, OpenMode mode, int pid) {
        return run(() -> files.open(table.get(ino), mode, pid));
    }

    @Override
    public long inodeOf(long handle) {
        return files.get(handle).file().inode().ino();
    }

    @Override
    public Optional<Sha256> contentOf(long handle) {
        return files.get(handle).file().settledContent();
    }

    @Override
    public boolean mustFetch(long handle, long offset, long length) {
        return files.get(handle).file().bytes().mustFetch(offset, length);
    }

    @Override
    public void fetch(long handle, long offset, long length) {
        run(() -> {
            files.get(handle).file().bytes().fetch(offset, length);
            return handle;
        });
    }

    @Override
    public int read(long handle, long offset, ByteBuffer into) {
        return run(() -> files.get(handle).file().bytes().read(into, offset));
    }

    @Override
    public int write(long handle, long offset, ByteBuffer from) {
        return run(() -> {
            FileHandle open = files.get(handle);
            open.requireWritable();
            return open.file().write(from, offset, open);
        });
    }

    @Override
    public int writePage(long handle, long offset, ByteBuffer from) {
        return run(() -> {
            FileHandle open = files.get(handle);
            open.requireWritable();
            return open.file().write(from, offset, open.withoutAppend());
        });
    }

    @Override
    public void flush(long handle) {
        run(() -> {
            FileHandle open = files.get(handle);
            open.file().flush(open.processId());
            return open;
        });
    }

    @Override
    public void fsync(long handle) {
        run(() -> {
            FileHandle open = files.get(handle);
            open.file().force(open.processId());
            return open;
        });
    }

    @Override
    public void release(long handle) {
        run(() -> {
            files.release(handle);
            return handle;
        });
    }

    @Override
    public long openFolder(long ino) {
        return run(() -> folders.add(
                new FolderReader(parts.tree(), items.folder(table.get(ino)).itemId(), table::changes)));
    }

    @Override
    public void readFolder(long handle, long offset, DirectorySink sink) {
        run(() -> {
            folders.get(handle)
                    .read(
                            offset,
                            (item, _, next) ->
                                    sink.offer(item.name(), InodeTable.number(item.itemId()), item.kind(), next));
            return handle;
        });
    }

    @Override
    public void readFolderWithAttributes(long handle, long offset, AttributesSink sink) {
        run(() -> {
            folders.get(handle).read(offset, (item, readAt, next) -> names.offer(item, readAt, next, sink));
            return handle;
        });
    }

    @Override
    public void fsyncFolder() {
        parts.makeRecordsDurable().run();
    }

    @Override
    public void releaseFolder(long handle) {
        var _ = folders.remove(handle);
    }

    @Override
    public Attributes mkdir(long parentIno, String name, int mode) {
        requirePermissionBits(mode);
        return run(() -> items.attributes(names.createFolder(parentIno, name, mode, settings.nowNs())));
    }

    @Override
    public Attributes symlink(long parentIno, String name, String target) {
        return run(
                () -> items.attributes(names.createSymlink(parentIno, name, target, SYMLINK_MODE, settings.nowNs())));
    }

    @Override
    public void unlink(long parentIno, String name) {
        run(() -> {
            names.removeFile(parentIno, name);
            return name;
        });
    }

    @Override
    public void rmdir(long parentIno, String name) {
        run(() -> {
            names.removeFolder(parentIno, name);
            return name;
        });
    }

    @Override
    public void rename(long parentIno, String name, long newParentIno, String newName, RenameMode mode) {
        run(() -> {
            names.rename(parentIno, name, newParentIno, newName, mode);
            return name;
        });
    }

    @Override
    public Space statfs() {
        return run(() -> Space.of(
                parts.tree(), parts.contents().space(), settings.limits().get().quotaBytes()));
    }

    /** What an operation does. */
    private interface Operation<T> {
        T run() throws IOException, RefusedException;
    }

    /** Carries an operation out; what goes wrong gets its errno here. */
    private static <T> T run(Operation<T> operation) {
        try {
            return operation.run();
        } catch (RefusedException e) {
            throw Failures.of(e);
        } catch (UncheckedIOException | IOException e) {
            throw Failures.of(e);
        }
    }
}
