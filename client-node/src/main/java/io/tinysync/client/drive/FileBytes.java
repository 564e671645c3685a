package io.tinysync.client.drive;

import io.tinysync.client.content.OpenContent;
import io.tinysync.client.content.WorkingFile;
import io.tinysync.client.content.WorkingFiles;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an open file's bytes are: in its working file once something was written; otherwise in its content, which is opened, and
 * if need be downloaded, when it is first needed. Reads may run beside anything; changes need the {@link OpenFile}'s lock.
 */
final class FileBytes {

    private static final Logger LOG = LoggerFactory.getLogger(FileBytes.class);

    private final Downloads downloads;
    /** Bytes that were found after an unclean stop and stand in for the content. */
    private final Optional<Path> held;
    /** Held shared while bytes are read, so that their source can be closed when it changes. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private volatile @Nullable Content content;
    private volatile @Nullable WorkingFile working;
    private volatile @Nullable ByteSource source;

    FileBytes(@Nullable Content content, Optional<Path> held, Downloads downloads) {
        this.content = content;
        this.held = held;
        this.downloads = downloads;
    }

    @Nullable
    Content content() {
        return content;
    }

    boolean areHeld() {
        return held.isPresent();
    }

    @Nullable
    WorkingFile working() {
        return working;
    }

    long sizeBytes() throws IOException {
        WorkingFile written = working;
        if (written != null) {
            return written.sizeBytes();
        }
        Content shown = content;
        return held.isPresent() ? Files.size(held.get()) : shown == null ? 0 : shown.size();
    }

    /** Starts a download if the bytes are not here, and does not wait. */
    void prefetch() {
        Content shown = content;
        if (working == null && held.isEmpty() && shown != null && shown.size() > 0) {
            try {
                open();
            } catch (IOException e) {
                // The read that needs the bytes opens them again, and has a program to tell.
                LOG.debug("cannot be opened yet", e);
            }
        }
    }

    /** Reads at an offset until the buffer is full or the file ends, 0 at the end; waits for a download where it needs one. */
    int read(ByteBuffer into, long offset) throws IOException {
        while (true) {
            ByteSource from;
            use.readLock().lock();
            try {
                WorkingFile written = working;
                if (written != null) {
                    return Math.max(0, written.read(into, offset));
                }
                from = source;
                int count = from == null ? ByteSource.NOT_HERE : from.read(into, offset);
                if (count != ByteSource.NOT_HERE) {
                    return count;
                }
            } finally {
                use.readLock().unlock();
            }
            if (sizeBytes() == 0) {
                return 0;
            }
            if (from == null) {
                open();
            } else {
                from.await(offset, into.remaining());
            }
        }
    }

    /** Opens the bytes, and has them fetched if they are not here; does not wait for them. */
    private void open() throws IOException {
        Content wanted = content;
        if (source != null || working != null || (held.isEmpty() && wanted == null)) {
            return;
        }
        ByteSource opened = held.isPresent() || wanted == null
                ? new WholeSource(OpenContent.of(held.orElseThrow()))
                : downloads.open(wanted);
        use.writeLock().lock();
        try {
            if (source == null && working == null && Objects.equals(wanted, content)) {
                source = opened;
                return;
            }
        } finally {
            use.writeLock().unlock();
        }
        opened.close();
    }

    /** Whether some of these bytes are not here, so that whoever needs them waits. Asks nobody. */
    boolean mustFetch(long offset, long length) {
        Content shown = content;
        if (working != null || held.isPresent() || shown == null || offset >= shown.size()) {
            return false;
        }
        ByteSource from = source;
        return from == null ? !downloads.has(shown) : !from.holds(offset, length);
    }

    /** Returns once all bytes are here and open, without any lock while it waits. */
    void fetch() throws IOException {
        while (working == null && sizeBytes() > 0) {
            open();
            ByteSource from = source;
            if (from != null && from.whole().isPresent()) {
                return;
            }
            if (from != null) {
                from.await(0, Long.MAX_VALUE);
            }
        }
    }

    /** Returns once these bytes are here, without any lock while it waits. */
    void fetch(long offset, long length) throws IOException {
        while (mustFetch(offset, length)) {
            open();
            ByteSource from = source;
            if (from != null && !from.holds(offset, length)) {
                from.await(offset, length);
            }
        }
    }

    /** Makes a working file of what was fetched; empty if that is gone again, and has to be fetched anew. */
    Optional<WorkingFile> startWriting(WorkingFiles files, ItemId itemId, BytesId bytesId) throws IOException {
        if (working == null) {
            ByteSource bytes = source;
            Optional<OpenContent> whole = bytes == null ? Optional.empty() : bytes.whole();
            if (whole.isEmpty() && sizeBytes() > 0) {
                return Optional.empty();
            }
            show(whole.isEmpty() ? files.empty(itemId, bytesId) : files.copyOf(itemId, bytesId, whole.get()), content);
        }
        return Optional.ofNullable(working);
    }

    /** Makes an empty working file, whatever there was. */
    WorkingFile startEmpty(WorkingFiles files, ItemId itemId, BytesId bytesId) throws IOException {
        WorkingFile fresh = files.empty(itemId, bytesId);
        show(fresh, content);
        return fresh;
    }

    /** Shows a content from now on; the working file is the caller's to close. */
    void settle(@Nullable Content settled) {
        show(null, settled);
    }

    void close() {
        show(null, content);
    }

    private void show(@Nullable WorkingFile newWorking, @Nullable Content newContent) {
        use.writeLock().lock();
        try {
            ByteSource before = source;
            if (before != null) {
                before.close();
                source = null;
            }
            working = newWorking;
            content = newContent;
        } finally {
            use.writeLock().unlock();
        }
    }
}
