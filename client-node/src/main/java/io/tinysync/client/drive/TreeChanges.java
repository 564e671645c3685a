package io.tinysync.client.drive;

import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.protocol.ItemId;
import java.util.Set;

/** Hears what other devices changed, and has inodes and the binding's caches follow. */
final class TreeChanges implements TreeListener {

    private final InodeTable table;
    private final OpenFiles files;
    private volatile Invalidations invalidations = Invalidations.NONE;

    TreeChanges(InodeTable table, OpenFiles files) {
        this.table = table;
        this.files = files;
    }

    void tell(Invalidations binding) {
        invalidations = binding;
    }

    @Override
    public void changed(Set<Place> places, Set<ItemId> items) {
        table.countChange();
        for (ItemId item : items) {
            table.of(item).ifPresent(this::changed);
        }
        for (Place place : places) {
            table.of(place.parentItemId()).ifPresent(parent -> invalidations.entry(parent.ino(), place.name()));
        }
    }

    private void changed(Inode inode) {
        inode.drop();
        files.refresh(inode);
        invalidations.inode(inode.ino());
    }

    @Override
    public void everythingChanged() {
        table.all().forEach(this::changed);
        invalidations.everything();
    }
}
