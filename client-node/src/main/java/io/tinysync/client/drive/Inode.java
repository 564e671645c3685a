package io.tinysync.client.drive;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.ItemId;
import java.util.concurrent.atomic.AtomicLong;
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
    /** Counts the changes of all inodes, so that what was read before one is not kept after it. */
    private final AtomicLong changes;

    /** Given out by lookup and its kin, not yet forgotten. */
    long references;
    /** Of programs that have it open. */
    @Nullable
    OpenFile openFile;

    Inode(long ino, ItemId itemId, AtomicLong changes) {
        this.ino = ino;
        this.changes = changes;
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
    synchronized void keep(LocalItem read, long changesBefore) {
        if (item == null && changes.get() == changesBefore) {
            item = read;
        }
    }

    /** The item has changed, or may have. */
    void drop() {
        changes.incrementAndGet();
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
