package io.tinysync.client.drive;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.Recreated;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens and closes files: who may, who had seen what, and which inode serves whom. */
final class OpenFiles {

    private final InodeTable table;
    private final Items items;
    private final DriveParts parts;
    private final Consumer<LocalItem> outdated;
    private final Processes processes = new Processes();
    private final Handles<FileHandle> handles = new Handles<>();

    /** @param outdated hears of items whose names lead to another inode since a release */
    OpenFiles(InodeTable table, Items items, DriveParts parts, Consumer<LocalItem> outdated) {
        this.outdated = outdated;
        this.table = table;
        this.items = items;
        this.parts = parts;
    }

    FileHandle get(long handle) {
        return handles.get(handle);
    }

    /** Opens a file that was created a moment ago, by the one who created it. */
    long openNew(Inode inode, int pid) {
        LocalItem item = items.file(inode);
        OpenFile file = table.openFile(inode, made -> new OpenFile(made, item, parts));
        file.addCreator();
        return handles.add(new FileHandle(file, OpenMode.WRITE, processes.of(pid), WriteBase.NEW));
    }

    long open(Inode inode, OpenMode mode, int pid) throws IOException, RefusedException {
        LocalItem item = items.file(inode);
        OpenFile file = table.openFile(inode, made -> new OpenFile(made, item, parts));
        boolean done = false;
        try {
            long handle = handles.add(opened(file, mode, processes.of(pid)));
            done = true;
            return handle;
        } finally {
            if (!done) {
                close(file);
            }
        }
    }

    private FileHandle opened(OpenFile file, OpenMode mode, int processId) throws IOException, RefusedException {
        if (!mode.write()) {
            file.addReader(processId);
            parts.readAhead().opened(file.opened());
            return new FileHandle(file, mode, processId, WriteBase.NEW);
        }
        FileHandle writer = new FileHandle(file, mode, processId, addWriter(file, mode, processId));
        if (mode.truncate()) {
            truncate(writer);
        }
        return writer;
    }

    private WriteBase addWriter(OpenFile file, OpenMode mode, int processId) throws RefusedException {
        Optional<WriteBase> base = file.addWriter(mode, processId);
        if (base.isEmpty()) {
            refresh(file.inode()).ifPresent(outdated);
            throw new DriveException(Errno.ESTALE, "the file was replaced by another device while it was being opened");
        }
        return base.get();
    }

    private void truncate(FileHandle writer) throws IOException {
        boolean done = false;
        try {
            writer.file().resize(0, writer.base());
            done = true;
        } finally {
            if (!done) {
                writer.file().removeWriter(writer.processId(), this::follow);
            }
        }
    }

    /**
     * Gives up what is held of an item: it shows what was recorded before, and goes if that was nothing.
     *
     * @return false if a program has the file open, or nothing of it is held; nothing has changed then
     */
    boolean dropHeld(LocalItem item) {
        if (item.state() != LocalState.HELD || table.openFile(item.itemId()).isPresent()) {
            return false;
        }
        // The bytes first: should the process end in between, the next start finds none, and ends the hold.
        parts.contents().working().endHold(item.bytes());
        parts.tree().release(item.itemId());
        return true;
    }

    void release(long handle) {
        FileHandle released = handles.remove(handle);
        if (released.mode().write()) {
            released.file().removeWriter(released.processId(), this::follow);
        }
        // What another device changed meanwhile is shown now, under another inode if readers are left.
        boolean moreHandles =
                released.mode().write() && refresh(released.file().inode()).isPresent();
        close(released.file());
        if (moreHandles) {
            outdated.accept(released.file().opened());
        }
    }

    /** The file is the item's that was renamed away; whoever found the item's own inode under the name meanwhile looks again. */
    private void follow(Recreated recreated) {
        LocalItem before = recreated.before();
        table.replace(before, recreated.source());
        Content old = before.content();
        parts.tree().item(before.itemId()).ifPresent(now -> {
            if (old != null && now.content() != null) {
                parts.seen().replaced(now.itemId(), old.sha256(), now.content().sha256());
            }
            outdated.accept(now);
        });
        outdated.accept(before);
    }

    private void close(OpenFile file) {
        if (table.closeHandle(file)) {
            file.close();
        }
    }

    /**
     * Gives an item another inode if the present one is open with a content that is not the item's any more.
     *
     * @return the item as its open handles have it, if it was so
     */
    Optional<LocalItem> refresh(Inode inode) {
        OpenFile file = inode.openFile;
        if (file == null || inode.isDetached()) {
            return Optional.empty();
        }
        ItemId shown = inode.itemId();
        return file.isOutdated(shown) && table.detachOpen(inode, file, shown)
                ? Optional.of(file.opened())
                : Optional.empty();
    }
}
