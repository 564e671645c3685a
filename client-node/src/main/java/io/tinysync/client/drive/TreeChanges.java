package io.tinysync.client.drive;

import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.protocol.ItemId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Hears what changed in the tree, and has inodes and the binding's caches follow. It may hear in the midst of a request, so it
 * only takes note there; its executor does the rest, outside of all locks.
 */
final class TreeChanges implements TreeListener {

    /** Beyond so many notes everything counts as changed, which costs no more. */
    private static final int MAX_NOTES = 20_000;

    private final LocalTree tree;
    private final InodeTable table;
    private final OpenFiles files;
    private final Executor executor;
    private volatile Invalidations invalidations = Invalidations.NONE;

    private Set<Place> places = new HashSet<>();
    private Set<ItemId> items = new HashSet<>();
    private boolean everything;
    private boolean scheduled;

    TreeChanges(LocalTree tree, InodeTable table, OpenFiles files, Executor executor) {
        this.tree = tree;
        this.table = table;
        this.files = files;
        this.executor = executor;
    }

    void tell(Invalidations binding) {
        invalidations = binding;
    }

    @Override
    public void changed(Set<Place> changedPlaces, Set<ItemId> changedItems) {
        for (ItemId item : changedItems) {
            table.of(item).ifPresentOrElse(this::changed, table::countChange);
        }
        synchronized (this) {
            places.addAll(changedPlaces);
            items.addAll(changedItems);
            everything |= places.size() + items.size() > MAX_NOTES;
            schedule();
        }
    }

    @Override
    public void everythingChanged() {
        table.all().forEach(this::changed);
        synchronized (this) {
            everything = true;
            schedule();
        }
    }

    /** An item that goes on under another id takes what is open of it along: whoever opens that finds the same file. */
    private void changed(Inode inode) {
        inode.drop();
        ItemId before = inode.itemId();
        if (table.openFile(before).isPresent()) {
            tree.item(before)
                    .map(LocalItem::itemId)
                    .filter(now -> !now.equals(before))
                    .ifPresent(now -> table.merged(before, now));
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            executor.execute(this::follow);
        }
    }

    private void follow() {
        Set<Place> notedPlaces;
        Set<ItemId> notedItems;
        boolean all;
        synchronized (this) {
            notedPlaces = places;
            notedItems = items;
            all = everything;
            places = new HashSet<>();
            items = new HashSet<>();
            everything = false;
            scheduled = false;
        }
        if (all) {
            table.all().forEach(this::follow);
            invalidations.everything();
            return;
        }
        notedItems.forEach(item -> table.of(item).ifPresent(this::follow));
        notedPlaces.forEach(this::follow);
    }

    private void follow(Place place) {
        table.of(place.parentItemId()).ifPresent(parent -> invalidations.entry(parent.ino(), place.name()));
    }

    private void follow(Inode inode) {
        files.refresh(inode).ifPresent(item -> follow(item.place()));
        invalidations.inode(inode.ino());
    }
}
