package io.tinysync.client.content;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that programs write into, private to one item. {@link #seal} makes what it holds a content of the store without copying:
 * store and working file then share it, until a write changes a sealed byte; only then is it copied. Writes beyond the sealed end
 * stay in place, so that a log that many processes append to costs what is appended.
 *
 * <p>Everything but {@link #read} needs the caller's exclusive lock. Until it is sealed, its bytes are in a file under its item's
 * id, where they are found again after an unclean stop.
 */
public final class WorkingFile {

    private Path path;
    private final ContentFiles store;
    private final RunningHash hash = new RunningHash();
    /** From the first time that they are asked for. */
    private @Nullable ChangedLeaves leaves;
    /** Held shared while the channel is read from, so that the one that replaces it can close it. */
    private final ReadWriteLock swap = new ReentrantReadWriteLock();

    private volatile FileChannel channel;
    private volatile long sizeBytes;
    /** How much of the beginning the store shares; 0 where nothing is shared. */
    private long sharedBytes;

    WorkingFile(Path path, FileChannel channel, ContentFiles store) throws IOException {
        this.path = path;
        this.channel = channel;
        this.store = store;
        this.sizeBytes = channel.size();
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Reads at an offset; less than asked only at the end, -1 beyond it. May run beside a write. */
    public int read(ByteBuffer into, long offset) throws IOException {
        swap.readLock().lock();
        try {
            return WholeFiles.readFully(channel, into, offset);
        } finally {
            swap.readLock().unlock();
        }
    }

    /**
     * Writes the whole buffer at an offset.
     *
     * @throws ContentFiles.NoSpaceException if the disk is full; the file's bytes are then what they were, or partly the new ones
     */
    public void write(ByteBuffer from, long offset) throws IOException {
        int count = from.remaining();
        store.space().take(Math.max(0, offset + count - sizeBytes));
        separateBefore(offset);
        ByteBuffer written = from.duplicate();
        if (leaves != null) {
            // What lies between the end and the offset is new, too.
            long first = Math.min(offset, sizeBytes);
            leaves.changed(first, offset + count - first);
        }
        long at = offset;
        boolean done = false;
        try {
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
            done = true;
        } finally {
            sizeBytes = Math.max(sizeBytes, at);
            if (done) {
                hash.wrote(offset, written);
            } else {
                hash.mayHaveChanged(offset);
            }
        }
    }

    /** Cuts or extends the file; what is added reads as zeros. */
    public void resize(long newSizeBytes) throws IOException {
        if (newSizeBytes < sizeBytes) {
            separateBefore(newSizeBytes);
            channel.truncate(newSizeBytes);
        } else if (newSizeBytes > sizeBytes) {
            channel.write(ByteBuffer.allocate(1), newSizeBytes - 1);
        }
        hash.resized(newSizeBytes);
        if (leaves != null) {
            leaves.resized(sizeBytes, newSizeBytes);
        }
        sizeBytes = newSizeBytes;
    }

    /** Takes the hash of what is there, and makes it a content of the store. */
    public Content seal() throws IOException {
        Sha256 sha256 = hash.of(channel, sizeBytes);
        Content content = new Content(sha256, sizeBytes);
        if (sizeBytes > 0 && store.share(path, content)) {
            sharedBytes = sizeBytes;
        }
        return content;
    }

    /** Whether {@link #seal} has to read no more than so many bytes. */
    public boolean sealsWithin(long limitBytes) {
        return sizeBytes - hash.hashedBytes() <= limitBytes;
    }

    /** Makes the bytes survive power loss. */
    public void force() throws IOException {
        Syncs.force(path, channel);
    }

    /**
     * As {@link #force}, and takes note of what was forced, so that the next start knows it again: by the hashes of its leaves, of
     * which only those are taken that changed since the last time. The note survives power loss once {@link WorkingFiles#force}
     * has returned.
     *
     * <p>The parameters are those of {@link ForcedBytes}.
     */
    public void force(ItemId itemId, long mtimeNs, @Nullable Sha256 seen, @Nullable Sha256 recorded)
            throws IOException {
        force();
        ChangedLeaves known = leaves == null ? new ChangedLeaves() : leaves;
        leaves = known;
        ForcedBytesFile.of(path)
                .write(new ForcedBytes(itemId, sizeBytes, known.of(channel, sizeBytes), mtimeNs, seen, recorded));
    }

    /** Says that its item has become another file: the next start finds what is in it, and takes it for no item's. */
    public void disown() throws IOException {
        Path nobodys = WorkingFiles.nobodys(path);
        Files.move(path, nobodys, StandardCopyOption.ATOMIC_MOVE);
        ForcedBytesFile.of(path).delete();
        path = nobodys;
    }

    /** Closes the file; its bytes stay where the next start finds them. */
    public void keep() throws IOException {
        channel.close();
    }

    /** Closes the file and removes its own name; what was not sealed is gone. */
    public void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
        if (leaves != null) {
            ForcedBytesFile.of(path).delete();
        }
    }

    /** Before bytes from the offset on change: copies the file if the store shares them. */
    private void separateBefore(long offset) throws IOException {
        if (offset >= sharedBytes) {
            return;
        }
        store.space().take(sizeBytes);
        FileChannel fresh = WholeFiles.copyTo(path, channel, sizeBytes);
        switchTo(fresh);
        sharedBytes = 0;
    }

    private void switchTo(FileChannel fresh) throws IOException {
        swap.writeLock().lock();
        try {
            channel.close();
            channel = fresh;
        } finally {
            swap.writeLock().unlock();
        }
    }
}
