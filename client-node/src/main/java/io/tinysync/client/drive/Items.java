package io.tinysync.client.drive;

import io.tinysync.client.content.WorkingFiles;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** What stands behind inodes, read from the tree once and kept until it changes. Thread-safe. */
final class Items {

    private final LocalTree tree;
    private final RootFolder root;
    private final WorkingFiles working;
    private final Handovers handovers;
    private final LongSupplier changes;

    Items(DriveParts parts, LongSupplier changes) {
        this.tree = parts.tree();
        this.root = parts.root();
        this.working = parts.contents().working();
        this.handovers = parts.handovers();
        this.changes = changes;
    }

    /** The inode's item; empty if the tree does not have it any more. */
    Optional<LocalItem> find(Inode inode) {
        if (inode.ino() == Drive.ROOT_INO) {
            return Optional.of(root.item());
        }
        LocalItem known = inode.isDetached() ? inode.last() : inode.known();
        if (known != null) {
            return Optional.of(known);
        }
        long before = changes.getAsLong();
        ItemId itemId = inode.itemId();
        Optional<LocalItem> read = tree.item(itemId);
        read.ifPresent(item -> inode.keep(item, before));
        return read.isPresent() ? read : findElsewhere(inode, itemId);
    }

    /** An item that is gone may have handed its inode to another a moment ago. */
    private Optional<LocalItem> findElsewhere(Inode inode, ItemId gone) {
        handovers.await();
        boolean sameAsBefore = inode.itemId().equals(gone) && !inode.isDetached();
        return sameAsBefore ? Optional.empty() : find(inode);
    }

    LocalItem get(Inode inode) {
        return find(inode)
                .orElseThrow(() -> new DriveException(Errno.ESTALE, "the item " + inode.itemId() + " is gone"));
    }

    /** The item of a folder's inode. */
    LocalItem folder(Inode inode) {
        LocalItem item = get(inode);
        if (!item.isFolder()) {
            throw new DriveException(Errno.ENOTDIR, item.name() + " is no folder");
        }
        return item;
    }

    /** The item of a file's inode. */
    LocalItem file(Inode inode) {
        LocalItem item = get(inode);
        return switch (item.kind()) {
            case FILE -> item;
            case FOLDER -> throw new DriveException(Errno.EISDIR, item.name() + " is a folder");
            case SYMLINK, UNKNOWN -> throw new DriveException(Errno.EINVAL, item.name() + " is no file");
        };
    }

    Attributes attributes(Inode inode) throws IOException {
        return shown(inode, get(inode));
    }

    /** The attributes of an inode that stands for an item. */
    Attributes shown(Inode inode, LocalItem item) throws IOException {
        OpenFile open = inode.openFile;
        if (open != null && open.showsOther(item)) {
            // Another device replaced it: what is open keeps the size and the time of what it shows.
            return attributes(
                    inode,
                    open.opened(),
                    open.bytes().sizeBytes(),
                    open.opened().mtimeNs());
        }
        long size = open == null ? sizeBytes(item) : open.bytes().sizeBytes();
        long mtime = open == null ? item.mtimeNs() : open.writtenAtNs().orElse(item.mtimeNs());
        return attributes(inode, item, size, mtime);
    }

    private static Attributes attributes(Inode inode, LocalItem item, long sizeBytes, long mtimeNs) {
        return new Attributes(inode.ino(), item.kind(), item.mode(), sizeBytes, mtimeNs, inode.isDetached() ? 0 : 1);
    }

    private long sizeBytes(LocalItem item) throws IOException {
        Optional<Path> held = working.held(item.bytes());
        if (held.isPresent()) {
            return Files.size(held.get());
        }
        String target = item.target();
        if (item.kind() == ItemKind.SYMLINK && target != null) {
            return target.getBytes(StandardCharsets.UTF_8).length;
        }
        return item.content() == null ? 0 : item.content().size();
    }

    /** The item with another mode, mtime or both. */
    static LocalItem changed(LocalItem item, OptionalInt mode, OptionalLong mtimeNs) {
        return new LocalItem(
                item.itemId(),
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                mode.orElse(item.mode()),
                mtimeNs.orElse(item.mtimeNs()),
                item.state(),
                item.bytes());
    }
}
