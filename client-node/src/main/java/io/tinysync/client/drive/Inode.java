package io.tinysync.client.drive;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.ItemId;
import org.jspecify.annotations.Nullable;

/**
 * One inode: a number that programs know, and what is behind it. Its fields belong to the {@link InodeTable}'s lock, except where
 * they are volatile.
 */
final class Inode {

    private final long ino;
    private volatile ItemId itemId;
    /** The item as last read; dropped whenever it may have changed. */
    private volatile @Nullable LocalItem item;
    /** What an unlinked or replaced file was; from then on the tree is not asked. */
    private volatile @Nullable LocalItem last;
    /** Of all inodes. */
    private final ReadItems all;

    /** Given out by lookup and its kin, not yet forgotten. */
    long references;
    /** Of programs that have it open. */
    @Nullable
    OpenFile openFile;

    Inode(long ino, ItemId itemId, ReadItems all) {
        this.ino = ino;
        this.all = all;
        this.itemId = itemId;
    }

    long ino() {
        return ino;
    }

    ItemId itemId() {
        return itemId;
    }

    void rebind(ItemId newItemId) {
        itemId = newItemId;
        drop();
    }

    /** The item as last read, unless it may have changed since. */
    @Nullable
    LocalItem known() {
        return item;
    }

    /** Keeps what was read, unless anything changed since the count was taken; what is kept already is the same. */
    void keep(LocalItem read, long changesBefore) {
        if (item == null && keptFirst(read, changesBefore)) {
            all.kept(this);
        }
    }

    private synchronized boolean keptFirst(LocalItem read, long changesBefore) {
        if (item != null || all.changes() != changesBefore) {
            return false;
        }
        item = read;
        return true;
    }

    /** The item is read again when somebody asks for it. */
    synchronized void letGo() {
        item = null;
    }

    /** The item has changed, or may have. */
    void drop() {
        all.countChange();
        synchronized (this) {
            item = null;
        }
    }

    /** The inode has no name any more: its item was removed, or goes on under another inode. */
    void detach(LocalItem lastKnown) {
        last = lastKnown;
    }

    boolean isDetached() {
        return last != null;
    }

    /** What a detached inode's item was. */
    @Nullable
    LocalItem last() {
        return last;
    }
}
