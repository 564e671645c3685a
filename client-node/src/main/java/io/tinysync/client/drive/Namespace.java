package io.tinysync.client.drive;

import io.tinysync.client.content.WorkingFiles;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names: finding, making, moving and removing them, in the tree and in the table of inodes alike. Changes come one at a time. */
final class Namespace {

    private final InodeTable table;
    private final Items items;
    private final LocalTree tree;
    private final SeenContents seen;
    private final WorkingFiles working;

    Namespace(InodeTable table, Items items, DriveParts parts) {
        this.table = table;
        this.items = items;
        this.tree = parts.tree();
        this.seen = parts.seen();
        this.working = parts.contents().working();
    }

    /** The inode of a name, with a reference. */
    Inode lookup(long parentIno, String name) {
        Place place = place(parentIno, name);
        long before = table.changes();
        LocalItem item = tree.child(place.parentItemId(), name)
                .orElseThrow(() -> new DriveException(Errno.ENOENT, "there is no " + name));
        return refer(item, before);
    }

    /**
     * Offers an entry of a folder with its inode's attributes; one that is taken has a reference, unless anything has changed since
     * it was read.
     */
    boolean offer(LocalItem item, long readAt, long nextOffset, AttributesSink sink) throws IOException {
        Inode inode = refer(item, readAt);
        boolean keepReference = false;
        try {
            Attributes attributes = items.shown(inode, item);
            boolean current = table.changes() == readAt;
            boolean taken = sink.offer(item.name(), attributes, current, nextOffset);
            keepReference = taken && current;
            return taken;
        } finally {
            if (!keepReference) {
                table.forget(inode.ino(), 1);
            }
        }
    }

    /** A new file, open for writing in the tree. */
    synchronized Inode createFile(long parentIno, String name, int mode, long mtimeNs) throws RefusedException {
        Place place = place(parentIno, name);
        long before = table.changes();
        return refer(tree.createFile(place.parentItemId(), name, mode, mtimeNs), before);
    }

    synchronized Inode createFolder(long parentIno, String name, int mode, long mtimeNs) throws RefusedException {
        Place place = place(parentIno, name);
        long before = table.changes();
        return refer(tree.createFolder(place.parentItemId(), name, mode, mtimeNs), before);
    }

    synchronized Inode createSymlink(long parentIno, String name, String target, int mode, long mtimeNs)
            throws RefusedException {
        Place place = place(parentIno, name);
        long before = table.changes();
        return refer(tree.createSymlink(place.parentItemId(), name, target, mode, mtimeNs), before);
    }

    synchronized void removeFile(long parentIno, String name) throws RefusedException {
        Place place = place(parentIno, name);
        LocalItem removed = tree.removeFile(place.parentItemId(), name);
        gone(removed);
    }

    synchronized void removeFolder(long parentIno, String name) throws RefusedException {
        Place place = place(parentIno, name);
        table.detach(tree.removeFolder(place.parentItemId(), name));
    }

    synchronized void rename(long parentIno, String name, long newParentIno, String newName, RenameMode mode)
            throws RefusedException {
        Place from = place(parentIno, name);
        Place to = place(newParentIno, newName);
        Optional<LocalItem> target = tree.child(to.parentItemId(), newName);
        boolean keepTarget = switch (mode) {
            case REPLACE -> false;
            case KEEP_TARGET -> true;
        };
        synchronized (seen) {
            // Whoever opens the new file asks only afterwards what was seen of it.
            RenameOutcome outcome =
                    tree.rename(from.parentItemId(), name, to.parentItemId(), newName, keepTarget, seen(from, target));
            follow(outcome, to, target);
        }
    }

    /** What the writer of the file at a place had seen of the one that it is to replace. */
    private @Nullable Sha256 seen(Place from, Optional<LocalItem> target) {
        Content shown = target.map(LocalItem::content).orElse(null);
        if (target.isEmpty() || shown == null) {
            return null;
        }
        return tree.child(from.parentItemId(), from.name())
                .map(source -> seen.baseOfWriter(source.itemId(), target.get().itemId(), shown.sha256()))
                .orElse(null);
    }

    private void follow(RenameOutcome outcome, Place to, Optional<LocalItem> target) {
        switch (outcome) {
            case RenameOutcome.Unchanged _ -> {}
            case RenameOutcome.Moved(ItemId moved) -> {
                target.filter(item -> !item.itemId().equals(moved) && !isStillAt(to, item))
                        .ifPresent(this::gone);
                table.of(moved).ifPresent(Inode::drop);
            }
            case RenameOutcome.Replaced(ItemId replaced, ItemId source) -> {
                Optional<LocalItem> now = tree.item(replaced);
                table.replace(target.or(() -> now).orElseThrow(), source);
                working.endHold(replaced);
                if (target.isPresent() && now.isPresent()) {
                    remember(target.get(), now.get());
                } else {
                    seen.replaced(replaced);
                }
            }
        }
    }

    /** Whether what was to be renamed over stays, since its content is not what the renamed file was made from. */
    private boolean isStillAt(Place place, LocalItem item) {
        return tree.child(place.parentItemId(), place.name())
                .filter(now -> now.itemId().equals(item.itemId()))
                .isPresent();
    }

    /** What was held in its place goes with it: should the item come back, it has its content. */
    private void gone(LocalItem item) {
        table.detach(item);
        working.endHold(item.itemId());
    }

    /** The new content is this device's own doing. */
    private void remember(LocalItem before, LocalItem after) {
        if (before.content() != null && after.content() != null) {
            seen.replaced(
                    before.itemId(), before.content().sha256(), after.content().sha256());
        }
    }

    private Inode refer(LocalItem item, long changesBefore) {
        Inode inode = table.refer(item);
        inode.keep(item, changesBefore);
        return inode;
    }

    private Place place(long parentIno, String name) {
        return new Place(items.folder(table.get(parentIno)).itemId(), name);
    }
}
