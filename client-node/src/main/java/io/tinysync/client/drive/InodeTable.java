package io.tinysync.client.drive;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.protocol.ItemId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Which inode numbers stand for which items. A number is made from the item's id, so that programs find the same one after a
 * restart; only while another inode still has it, the item gets a different one. Holds what programs and the kernel refer to and
 * nothing else. Thread-safe.
 */
final class InodeTable {

    private final Map<Long, Inode> byIno = new HashMap<>();
    private final Map<ItemId, Inode> byItem = new HashMap<>();
    private final ReadItems read = new ReadItems();
    private final Set<OpenFile> openFiles = new HashSet<>();

    InodeTable() {
        Inode root = new Inode(Drive.ROOT_INO, ItemId.ROOT, read);
        root.references = 1;
        byIno.put(root.ino(), root);
        byItem.put(root.itemId(), root);
    }

    /** How many changes there were; taken before an item is read that is to be kept. */
    long changes() {
        return read.changes();
    }

    /** Something changed of which it is not known here what. */
    void countChange() {
        read.countChange();
    }

    /** The inode of a number that was given out. */
    synchronized Inode get(long ino) {
        Inode inode = byIno.get(ino);
        if (inode == null) {
            throw new DriveException(Errno.ESTALE, "inode " + ino + " is not known any more");
        }
        return inode;
    }

    /** The inode through which an item is shown, if there is one. */
    synchronized Optional<Inode> of(ItemId itemId) {
        return Optional.ofNullable(byItem.get(itemId));
    }

    /** The inode through which an item is shown, with one reference more. */
    synchronized Inode refer(LocalItem item) {
        Inode inode = byItem.computeIfAbsent(item.itemId(), this::make);
        inode.references++;
        return inode;
    }

    private Inode make(ItemId itemId) {
        int attempt = 0;
        while (byIno.containsKey(number(itemId, attempt))) {
            attempt++;
        }
        Inode inode = new Inode(number(itemId, attempt), itemId, read);
        byIno.put(inode.ino(), inode);
        return inode;
    }

    /** The number that an item has as long as no other has it. */
    static long number(ItemId itemId) {
        return itemId.isRoot() ? Drive.ROOT_INO : number(itemId, 0);
    }

    /** SplitMix64's finaliser over both halves; positive, since some tools print inode numbers as signed. */
    private static long number(ItemId itemId, int attempt) {
        UUID id = itemId.value();
        long mixed = mix(mix(id.getMostSignificantBits() + attempt) ^ id.getLeastSignificantBits()) >>> 1;
        return Math.max(mixed, Drive.ROOT_INO + 1);
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    synchronized void forget(long ino, long references) {
        Inode inode = byIno.get(ino);
        if (inode != null && ino != Drive.ROOT_INO) {
            inode.references = Math.max(0, inode.references - references);
            dropIfUnused(inode);
        }
    }

    /** What programs have open of an item, if they do. */
    synchronized Optional<OpenFile> openFile(ItemId itemId) {
        return of(itemId).map(inode -> inode.openFile);
    }

    /** Whether a program has any file open. */
    synchronized boolean hasOpenFiles() {
        return !openFiles.isEmpty();
    }

    /** The open file of an inode, made if it has none, with one handle more. */
    synchronized OpenFile openFile(Inode inode, Function<Inode, OpenFile> make) {
        OpenFile file = inode.openFile;
        if (file == null) {
            file = make.apply(inode);
            inode.openFile = file;
            openFiles.add(file);
        }
        file.handles++;
        return file;
    }

    /**
     * Takes a handle of an open file away.
     *
     * @return whether it was the last one
     */
    synchronized boolean closeHandle(OpenFile file) {
        boolean last = --file.handles == 0;
        if (last) {
            Inode inode = file.inode();
            inode.openFile = null;
            openFiles.remove(file);
            dropIfUnused(inode);
        }
        return last;
    }

    /** The item is shown no more, or through another inode from now on; the present one keeps serving its handles. */
    synchronized void detach(LocalItem item) {
        detach(item.itemId(), item);
    }

    /** As {@link #detach(LocalItem)}, where the item shown may have an id that was merged into the other's. */
    synchronized void detach(ItemId itemId, LocalItem last) {
        read.countChange();
        Inode inode = byItem.remove(itemId);
        if (inode != null) {
            inode.detach(last);
            dropIfUnused(inode);
        }
    }

    /**
     * Detaches the inode of what is open of an item, if it is still open and the item's: a file that was closed and renamed over another in
     * the meantime shows that one's item, and would be empty for whoever looks.
     *
     * @return whether it was so
     */
    synchronized boolean detachOpen(Inode inode, OpenFile file, ItemId itemId) {
        if (inode.openFile != file || !inode.itemId().equals(itemId)) {
            return false;
        }
        detach(itemId, file.opened());
        return true;
    }

    /** One item took the other's place: its inode, open files and all, is the other's from now on. */
    synchronized void replace(LocalItem replaced, ItemId source) {
        detach(replaced);
        Inode inode = byItem.remove(source);
        if (inode != null) {
            inode.rebind(replaced.itemId());
            byItem.put(replaced.itemId(), inode);
        }
    }

    /** An item goes on under another id, and its inode with it, unless programs have that one's open. */
    synchronized void merged(ItemId before, ItemId now) {
        Inode other = byItem.get(now);
        Inode inode = byItem.get(before);
        if (inode != null && (other == null || other.openFile == null)) {
            byItem.remove(before);
            inode.rebind(now);
            byItem.put(now, inode);
        }
    }

    /** All that programs have open. */
    synchronized Collection<OpenFile> openFiles() {
        return List.copyOf(openFiles);
    }

    /** All inodes that show items. */
    synchronized Collection<Inode> all() {
        return List.copyOf(byItem.values());
    }

    private void dropIfUnused(Inode inode) {
        if (inode.references == 0 && inode.openFile == null) {
            byIno.remove(inode.ino());
            byItem.remove(inode.itemId(), inode);
        }
    }
}
