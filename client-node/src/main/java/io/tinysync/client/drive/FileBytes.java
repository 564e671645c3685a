package io.tinysync.client.drive;

import io.tinysync.client.content.WorkingFile;
import io.tinysync.client.content.WorkingFiles;
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

/**
 * Where an open file's bytes are: in its working file once something was written; otherwise in its content, which is opened, and
 * if need be downloaded, when it is first needed. Reads may run beside anything; changes need the {@link OpenFile}'s lock.
 */
final class FileBytes {

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
            downloads.start(shown);
        }
    }

    /** Reads at an offset until the buffer is full or the file ends, 0 at the end; waits for a download where it needs one. */
    int read(ByteBuffer into, long offset) throws IOException {
        while (true) {
            use.readLock().lock();
            try {
                WorkingFile written = working;
                if (written != null) {
                    return Math.max(0, written.read(into, offset));
                }
                if (source != null) {
                    return source.read(into, offset);
                }
            } finally {
                use.readLock().unlock();
            }
            if (sizeBytes() == 0) {
                return 0;
            }
            fetch();
        }
    }

    /** Whether the bytes are not here, so that whoever needs them waits. */
    boolean mustFetch() {
        Content shown = content;
        return working == null
                && source == null
                && held.isEmpty()
                && shown != null
                && shown.size() > 0
                && downloads.find(shown).isEmpty();
    }

    /** Returns once the bytes are here and open, without any lock while it waits. */
    void fetch() throws IOException {
        Content wanted = content;
        if (working != null || (held.isEmpty() && (wanted == null || wanted.size() == 0))) {
            return;
        }
        ByteSource opened =
                held.isPresent() || wanted == null ? ByteSource.open(held.orElseThrow()) : downloads.open(wanted);
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

    /** Makes a working file of what was fetched; empty if that is gone again, and has to be fetched anew. */
    Optional<WorkingFile> startWriting(WorkingFiles files, ItemId itemId) throws IOException {
        if (working == null) {
            ByteSource bytes = source;
            if (bytes == null && sizeBytes() > 0) {
                return Optional.empty();
            }
            show(bytes == null ? files.empty(itemId) : bytes.copy(files, itemId), content);
        }
        return Optional.ofNullable(working);
    }

    /** Makes an empty working file, whatever there was. */
    WorkingFile startEmpty(WorkingFiles files, ItemId itemId) throws IOException {
        WorkingFile fresh = files.empty(itemId);
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
            if (source != null) {
                source.close();
                source = null;
            }
            working = newWorking;
            content = newContent;
        } finally {
            use.writeLock().unlock();
        }
    }
}
