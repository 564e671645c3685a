package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.links.SharedItem;
import io.tinysync.server.links.SharedItems;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.stream.javadsl.StreamConverters;

/**
 * A folder as a ZIP archive (with ZIP64 where sizes need it), written as it is read: a page of one folder's items and a few pieces of one file
 * are in memory at a time, and the archive's table of contents, which is why the number of items is limited. Each folder is as it is when its turn comes.
 */
final class FolderArchive {

    /** Some 30 MB of a table of contents. */
    static final int MAX_ITEMS = 50_000;

    private static final int PAGE = 500;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    private final SharedItems items;
    private final BlobStore store;
    private final ClassicActorSystemProvider system;
    private final VaultId vault;
    private final LinkWatch watch;
    private int added;

    /** For one archive. */
    FolderArchive(
            SharedItems items, BlobStore store, ClassicActorSystemProvider system, VaultId vault, LinkWatch watch) {
        this.items = items;
        this.store = store;
        this.system = system;
        this.vault = vault;
        this.watch = watch;
    }

    /** A folder that is being read: its path in the archive, with a slash at the end, and the rest of the page. */
    private record Reading(ItemId folder, String path, Iterator<SharedItem> page) {}

    /**
     * Writes the whole archive, the folder itself at its top.
     *
     * @throws IOException if it is not whole: what was written is no archive then
     */
    void write(SharedItem folder, OutputStream to) throws IOException {
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(to);
        zip.setUseZip64(Zip64Mode.AsNeeded);
        zip.setLevel(Deflater.BEST_SPEED);
        Deque<Reading> open = new ArrayDeque<>();
        open.push(entered(zip, folder, ""));
        while (!open.isEmpty()) {
            Reading reading = open.pop();
            if (reading.page().hasNext()) {
                SharedItem item = reading.page().next();
                open.push(reading.page().hasNext() ? reading : following(reading, item));
                add(zip, item, reading.path(), open);
            }
        }
        zip.finish();
    }

    private void add(ZipArchiveOutputStream zip, SharedItem item, String above, Deque<Reading> open)
            throws IOException {
        if (++added > MAX_ITEMS) {
            throw new IOException("the folder has grown over " + MAX_ITEMS + " items");
        }
        watch.lookIfDue();
        if (item.isFolder()) {
            open.push(entered(zip, item, above));
        } else {
            addFile(zip, item, above);
        }
    }

    private Reading entered(ZipArchiveOutputStream zip, SharedItem folder, String above) throws IOException {
        String path = above + SharedNames.file(folder.name()) + "/";
        zip.putArchiveEntry(new ZipArchiveEntry(path));
        zip.closeArchiveEntry();
        return new Reading(
                folder.itemId(), path, items.first(vault, folder.itemId(), PAGE).iterator());
    }

    private Reading following(Reading reading, SharedItem last) {
        List<SharedItem> page = items.after(vault, reading.folder(), last.isFolder(), last.name(), PAGE);
        return new Reading(reading.folder(), reading.path(), page.iterator());
    }

    private void addFile(ZipArchiveOutputStream zip, SharedItem file, String above) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(above + SharedNames.file(file.name()));
        entry.setSize(file.size());
        zip.putArchiveEntry(entry);
        if (file.size() > 0) {
            copy(file.sha256().orElseThrow(), file.size(), zip);
        }
        zip.closeArchiveEntry();
    }

    private void copy(Sha256 id, long size, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long copied = 0;
        try (InputStream bytes =
                store.read(id, 0, size).runWith(StreamConverters.asInputStream(READ_TIMEOUT), system)) {
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                watch.lookIfDue();
                to.write(buffer, 0, count);
                copied += count;
            }
        }
        if (copied != size) {
            throw new IOException("blob " + id + " is cut short in the store");
        }
    }
}
