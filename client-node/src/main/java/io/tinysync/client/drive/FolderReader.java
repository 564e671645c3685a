package io.tinysync.client.drive;

import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * One reading of a folder: entry n stands behind offset n, counted from 1. Pages come from the tree by name, so that what others
 * add or remove meanwhile neither hides nor repeats an entry. Remembers the name where each page began; that is one name for some
 * hundred entries. Used under its own lock.
 */
final class FolderReader {

    /** A page of names fits a reply of the kernel several times over, and is small in memory. */
    private static final int PAGE = 512;

    private final LocalTree tree;
    private final ItemId folder;
    private final LongSupplier changes;
    /** Offset to the name after which it goes on. */
    private final TreeMap<Long, String> nameBefore = new TreeMap<>(Map.of(0L, ""));

    private List<LocalItem> page = List.of();
    private long pageOffset;
    private long pageReadAt;

    /** @param changes counts all changes of items */
    FolderReader(LocalTree tree, ItemId folder, LongSupplier changes) {
        this.tree = tree;
        this.folder = folder;
        this.changes = changes;
    }

    /** Takes items one by one. */
    interface ItemSink {
        /**
         * Offers one item.
         *
         * @param changesBefore the count of changes before it was read
         * @return whether it was taken
         */
        boolean offer(LocalItem item, long changesBefore, long nextOffset) throws IOException;
    }

    /** Offers entries from an offset on, until one is not taken. */
    synchronized void read(long offset, ItemSink sink) throws IOException, RefusedException {
        if (offset == 0) {
            restart();
        }
        for (long at = offset; turnTo(at); at++) {
            LocalItem item = page.get((int) (at - pageOffset));
            if (!sink.offer(item, pageReadAt, at + 1)) {
                return;
            }
        }
    }

    /** A new reading shows what is there now. */
    private void restart() {
        nameBefore.clear();
        nameBefore.put(0L, "");
        page = List.of();
        pageOffset = 0;
    }

    /** Gets the page that has the entry behind an offset; false if there is no such entry. */
    private boolean turnTo(long offset) throws RefusedException {
        while (offset < pageOffset || offset >= pageOffset + page.size()) {
            Map.Entry<Long, String> start = nameBefore.floorEntry(offset);
            pageOffset = start.getKey();
            pageReadAt = changes.getAsLong();
            page = tree.children(folder, start.getValue(), PAGE);
            if (page.isEmpty()) {
                return false;
            }
            nameBefore.put(pageOffset + page.size(), page.getLast().name());
        }
        return true;
    }
}
