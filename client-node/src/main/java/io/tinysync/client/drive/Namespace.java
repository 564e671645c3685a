package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.content.WorkingFiles;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Names: finding, making, moving and removing them, in the tree and in the table of inodes alike. Changes come one at a time. */
final class Namespace {

    private final InodeTable table;
    private final Items items;
    private final LocalTree tree;
    private final SeenContents seen;
    private final ContentFiles contents;
    private final WorkingFiles working;
    private final Handovers handovers;
    private final Quota quota;

    Namespace(InodeTable table, Items items, DriveParts parts) {
        this.table = table;
        this.items = items;
        this.tree = parts.tree();
        this.seen = parts.seen();
        this.contents = parts.contents();
        this.working = contents.working();
        this.handovers = parts.handovers();
        this.quota = parts.quota();
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
        quota.requireItem();
        long before = table.changes();
        return refer(tree.createFile(place.parentItemId(), name, mode, mtimeNs), before);
    }

    synchronized Inode createFolder(long parentIno, String name, int mode, long mtimeNs) throws RefusedException {
        Place place = place(parentIno, name);
        quota.requireItem();
        long before = table.changes();
        return refer(tree.createFolder(place.parentItemId(), name, mode, mtimeNs), before);
    }

    synchronized Inode createSymlink(long parentIno, String name, String target, int mode, long mtimeNs)
            throws RefusedException {
        Place place = place(parentIno, name);
        quota.requireItem();
        long before = table.changes();
        return refer(tree.createSymlink(place.parentItemId(), name, target, mode, mtimeNs), before);
    }

    void removeFile(long parentIno, String name) throws IOException, RefusedException {
        Place place = place(parentIno, name);
        recordUnlessCurrent(place);
        remove(place);
    }

    private synchronized void remove(Place place) throws RefusedException {
        gone(tree.removeFile(place.parentItemId(), place.name()));
    }

    /** What a file loses with its name is what its writer has made of what that writer had seen, and not what came since. */
    private void recordUnlessCurrent(Place place) throws IOException, RefusedException {
        if (!table.hasOpenFiles()) {
            return;
        }
        Optional<OpenFile> open = child(place).flatMap(item -> table.openFile(item.itemId()));
        if (open.isPresent()) {
            open.get().recordUnlessCurrent();
        }
    }

    synchronized void removeFolder(long parentIno, String name) throws RefusedException {
        Place place = place(parentIno, name);
        table.detach(tree.removeFolder(place.parentItemId(), name));
    }

    void rename(long parentIno, String name, long newParentIno, String newName, RenameMode mode)
            throws IOException, RefusedException {
        Renaming renaming = new Renaming(place(parentIno, name), place(newParentIno, newName), mode);
        Optional<LocalItem> target = child(renaming.to());
        if (target.isPresent() && !isSame(target, child(renaming.from()))) {
            recordUnlessCurrent(renaming.from());
        }
        boolean done = false;
        while (!done) {
            done = rename(renaming);
        }
    }

    private record Renaming(Place from, Place to, RenameMode mode) {

        boolean keepTarget() {
            return switch (mode) {
                case REPLACE -> false;
                case KEEP_TARGET -> true;
            };
        }
    }

    /**
     * Renames while no writer of either file comes, goes or records: what it recorded would be of the wrong file.
     *
     * @return false if another file came to one of the places before all was still
     */
    private boolean rename(Renaming renaming) throws IOException, RefusedException {
        Optional<LocalItem> source = child(renaming.from());
        Optional<LocalItem> target = child(renaming.to());
        List<OpenFile> open = Stream.concat(source.stream(), target.stream())
                .flatMap(item -> table.openFile(item.itemId()).stream())
                .distinct()
                .sorted(Comparator.comparingLong(file -> file.inode().ino()))
                .toList();
        try (OpenFile.Stillness _ = still(open);
                Handovers.Handover handover = handovers.handover()) {
            forceWhatReplaces(source, target);
            synchronized (this) {
                boolean same = isSame(source, child(renaming.from())) && isSame(target, child(renaming.to()));
                if (same) {
                    rename(renaming, target, handover);
                }
                return same;
            }
        }
    }

    /**
     * What is on stable storage here and not on the server yet is replaced only by what is there too: the renaming may survive a power loss that the
     * bytes of the new file do not.
     */
    private void forceWhatReplaces(Optional<LocalItem> source, Optional<LocalItem> target) throws IOException {
        Content replacing = source.map(LocalItem::content).orElse(null);
        Content replaced = target.filter(item -> item.state() != LocalState.IN_STEP)
                .map(LocalItem::content)
                .orElse(null);
        if (replacing != null && replaced != null && contents.isDurable(replaced.sha256())) {
            contents.makeDurable(List.of(replacing.sha256()));
        }
    }

    private static OpenFile.Stillness still(List<OpenFile> files) {
        List<OpenFile.Stillness> all = files.stream().map(OpenFile::still).toList();
        return () -> all.forEach(OpenFile.Stillness::close);
    }

    private Optional<LocalItem> child(Place place) {
        return tree.child(place.parentItemId(), place.name());
    }

    private static boolean isSame(Optional<LocalItem> one, Optional<LocalItem> other) {
        return one.map(LocalItem::itemId).equals(other.map(LocalItem::itemId));
    }

    private void rename(Renaming renaming, Optional<LocalItem> target, Handovers.Handover handover)
            throws IOException, RefusedException {
        Optional<OpenFile> before = target.flatMap(item -> table.openFile(item.itemId()));
        Place from = renaming.from();
        Place to = renaming.to();
        synchronized (seen) {
            // Whoever opens the new file asks only afterwards what was seen of it.
            Sha256 base = seen(from, target);
            handover.begin();
            RenameOutcome outcome = tree.rename(
                    from.parentItemId(), from.name(), to.parentItemId(), to.name(), renaming.keepTarget(), base);
            follow(outcome, to, target);
            if (outcome instanceof RenameOutcome.Replaced && before.isPresent()) {
                before.get().disown();
            }
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
                target.filter(item -> !item.itemId().equals(moved) && !isUntouched(to, item))
                        .ifPresent(this::gone);
                table.of(moved).ifPresent(Inode::drop);
            }
            case RenameOutcome.Replaced(ItemId replaced, ItemId source) -> {
                Optional<LocalItem> now = tree.item(replaced);
                table.replace(target.or(() -> now).orElseThrow(), source);
                working.endHold(target.map(LocalItem::bytes).orElse(null));
                if (target.isPresent() && now.isPresent()) {
                    remember(target.get(), now.get());
                } else {
                    seen.replaced(replaced);
                }
            }
        }
    }

    /**
     * Whether what was to be renamed over stays as it was, since its content is not what the renamed file was made from. Where that
     * was made from what a program here has written to it, that is replaced, and what another device wrote is shown.
     */
    private boolean isUntouched(Place place, LocalItem item) {
        return child(place)
                .filter(now -> now.itemId().equals(item.itemId()) && Objects.equals(now.content(), item.content()))
                .isPresent();
    }

    /** What was held in its place goes with it: should the item come back, it has its content. */
    private void gone(LocalItem item) {
        table.detach(item);
        working.endHold(item.bytes());
    }

    /** The new content is this device's own doing. */
    private void remember(LocalItem before, LocalItem after) {
        if (before.content() != null && after.content() != null) {
            seen.replaced(
                    before.itemId(), before.content().sha256(), after.content().sha256());
        }
    }

    private Inode refer(LocalItem item, long changesBefore) {
        handovers.await();
        Inode inode = table.refer(item);
        inode.keep(item, changesBefore);
        return inode;
    }

    private Place place(long parentIno, String name) {
        return new Place(items.folder(table.get(parentIno)).itemId(), name);
    }
}
