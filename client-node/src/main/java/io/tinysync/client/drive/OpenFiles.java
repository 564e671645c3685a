package io.tinysync.client.drive;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
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
        return handles.add(new FileHandle(file, OpenMode.WRITE, processes.of(pid)));
    }

    long open(Inode inode, OpenMode mode, int pid) throws IOException, RefusedException {
        LocalItem item = items.file(inode);
        OpenFile file = table.openFile(inode, made -> new OpenFile(made, item, parts));
        boolean done = false;
        try {
            long handle = open(file, mode, processes.of(pid));
            done = true;
            return handle;
        } finally {
            if (!done) {
                close(file);
            }
        }
    }

    private long open(OpenFile file, OpenMode mode, int processId) throws IOException, RefusedException {
        Optional<Sha256> seen = seen(file, mode, processId);
        if (!mode.write()) {
            file.bytes().prefetch();
        } else if (!file.addWriter(seen)) {
            refresh(file.inode()).ifPresent(outdated);
            throw new DriveException(Errno.ESTALE, "the file was replaced by another device while it was being opened");
        }
        if (mode.truncate()) {
            truncate(file);
        }
        return handles.add(new FileHandle(file, mode, processId));
    }

    private static void truncate(OpenFile file) throws IOException {
        boolean done = false;
        try {
            file.resize(0);
            done = true;
        } finally {
            if (!done) {
                file.removeWriter();
            }
        }
    }

    /** The content that this opening's writes are based on (DESIGN §2, seen). */
    private Optional<Sha256> seen(OpenFile file, OpenMode mode, int processId) {
        Content shown = file.bytes().content();
        if (shown == null) {
            return Optional.empty();
        }
        if (mode.truncate()) {
            return Optional.of(
                    parts.seen().seenBy(processId, file.inode().itemId()).orElse(shown.sha256()));
        }
        parts.seen().saw(processId, file.inode().itemId(), shown.sha256());
        return Optional.of(shown.sha256());
    }

    void release(long handle) {
        FileHandle released = handles.remove(handle);
        if (released.mode().write()) {
            released.file().removeWriter();
        }
        // What another device changed meanwhile is shown now, under another inode if readers are left.
        boolean moreHandles =
                released.mode().write() && refresh(released.file().inode()).isPresent();
        close(released.file());
        if (moreHandles) {
            outdated.accept(released.file().opened());
        }
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
        if (file == null || inode.isDetached() || !file.isOutdated()) {
            return Optional.empty();
        }
        table.detach(inode.itemId(), file.opened());
        return Optional.of(file.opened());
    }
}
