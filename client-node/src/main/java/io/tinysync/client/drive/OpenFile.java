package io.tinysync.client.drive;

import io.tinysync.client.content.WorkingFile;
import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.Recreated;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that programs have open: one for all handles of an inode, so that they see each other's writes. Its content is the one
 * that was shown when it was opened, whatever other devices do, until a writer of this device changes it. Thread-safe.
 *
 * <p>The first write or truncation gives it a working file; {@link Sealing} records what is there.
 */
final class OpenFile {

    private final Inode inode;
    private final LocalItem opened;
    private final DriveParts parts;
    private final FileBytes bytes;
    private final Sealing sealing;
    /** Orders writers, seals and releases. */
    private final Lock lock = new ReentrantLock();

    /** How many handles there are; belongs to the {@link InodeTable}. */
    int handles;

    private int writers;
    private volatile @Nullable WriteSession session;
    /** What the item's record calls the bytes that are written or held. */
    private BytesId bytesId;

    OpenFile(Inode inode, LocalItem item, DriveParts parts) {
        this.inode = inode;
        this.opened = item;
        this.parts = parts;
        this.bytesId = Optional.ofNullable(item.bytes()).orElse(BytesId.NONE);
        this.bytes = new FileBytes(item.content(), parts.contents().working().held(item.bytes()), parts.downloads());
        this.sealing = new Sealing(inode, bytes, parts);
    }

    Inode inode() {
        return inode;
    }

    /** The item as it was when the first of the present handles was opened. */
    LocalItem opened() {
        return opened;
    }

    FileBytes bytes() {
        return bytes;
    }

    /** The content that its bytes are, if no writer has it open and they are those of one. */
    Optional<Sha256> settledContent() {
        Content shown = bytes.content();
        return session != null || bytes.areHeld() || shown == null ? Optional.empty() : Optional.of(shown.sha256());
    }

    /** When it was last written, unless the item says it. */
    OptionalLong writtenAtNs() {
        WriteSession writing = session;
        return writing != null && writing.dirty ? OptionalLong.of(writing.mtimeNs) : OptionalLong.empty();
    }

    /** Whether it shows another content than this item has, and no writer of this device is the reason. */
    boolean showsOther(LocalItem item) {
        return session == null && !bytes.areHeld() && !sameBytes(bytes.content(), item.content());
    }

    /** Whether it shows another content than its item has by now, and no writer of this device is the reason. */
    boolean isOutdated(ItemId itemId) {
        try (Stillness _ = still()) {
            return writers == 0
                    && !bytes.areHeld()
                    && parts.tree()
                            .item(itemId)
                            .filter(item -> sameBytes(bytes.content(), item.content()))
                            .isEmpty();
        }
    }

    /**
     * Keeps writers from coming, going and recording until it is closed: while their file's name is given to another or takes the
     * place of another. Who wants several of them takes them in the order of their inodes' numbers.
     */
    Stillness still() {
        lock.lock();
        return lock::unlock;
    }

    /** Ends with {@link #close}, by the thread that has it. */
    @FunctionalInterface
    interface Stillness extends AutoCloseable {
        @Override
        void close();
    }

    /** Adds the writer of a file that was just created: it is recorded at the first flush, even if nothing is written. */
    void addCreator() {
        lock.lock();
        try {
            writers++;
            WriteSession writing = new WriteSession(null);
            writing.wrote(parts.settings().nowNs(), WriteBase.NEW);
            session = writing;
        } finally {
            lock.unlock();
        }
    }

    /** Takes note of a reader, and starts to download what is not here. */
    void addReader(int processId) {
        Content shown = shown();
        if (shown != null) {
            parts.seen().saw(processId, inode.itemId(), shown.sha256());
        }
        bytes.prefetch();
    }

    /**
     * Adds a writer. What it has seen is settled here, under the lock that ends and records of other writers take too: an opening
     * that overlaps them is based on what they left, never on what was there before.
     *
     * @return what it had seen; empty if the file shows another content by now than the one that is open here, and nothing was added
     */
    Optional<WriteBase> addWriter(OpenMode mode, int processId) throws RefusedException {
        lock.lock();
        try {
            if (inode.isDetached() ? isReplaced() : writers == 0 && !begin()) {
                return Optional.empty();
            }
            WriteBase base = base(mode, processId);
            if (writers == 0) {
                session = new WriteSession(shownHash());
            }
            writers++;
            return Optional.of(base);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the item goes on under another inode: what is written to this one would not reach it. */
    private boolean isReplaced() {
        return parts.tree().item(inode.itemId()).isPresent();
    }

    /** Records that the file is open for writing; false if it shows another content by now. */
    private boolean begin() throws RefusedException {
        LocalItem item = parts.handovers().act(inode, parts.tree()::beginWrite);
        bytesId = Objects.requireNonNull(item.bytes(), "who has a writer has bytes");
        inode.drop();
        parts.handovers().await();
        if (inode.isDetached()) {
            parts.tree().release(item.itemId());
            return false;
        }
        if (!bytes.areHeld() && !sameBytes(bytes.content(), item.content())) {
            parts.tree().release(inode.itemId());
            return false;
        }
        return true;
    }

    private WriteBase base(OpenMode mode, int processId) {
        Sha256 shown = shownHash();
        if (shown == null) {
            return WriteBase.NEW;
        }
        if (mode.truncate()) {
            return new WriteBase(parts.seen().base(processId, inode.itemId(), shown));
        }
        parts.seen().saw(processId, inode.itemId(), shown);
        return new WriteBase(shown);
    }

    private @Nullable Sha256 shownHash() {
        Content shown = shown();
        return shown == null ? null : shown.sha256();
    }

    /** The content that programs see, as it was recorded last; absent where the file is new. */
    private @Nullable Content shown() {
        WriteSession writing = session;
        Content sealed = writing == null ? null : writing.sealed;
        return sealed != null ? sealed : bytes.content();
    }

    /** Writes all of the buffer; hydrates first what it needs, and takes nothing if that fails. */
    int write(ByteBuffer from, long offset, FileHandle by) throws IOException {
        boolean append = by.mode().append();
        int count = from.remaining();
        requireSize((append ? bytes.sizeBytes() : offset) + count);
        while (true) {
            bytes.fetch();
            lock.lock();
            try {
                Optional<WorkingFile> working =
                        bytes.startWriting(parts.contents().working(), inode.itemId(), bytesId);
                if (working.isPresent()) {
                    write(working.get(), from, append ? working.get().sizeBytes() : offset, by.base());
                    return count;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void write(WorkingFile working, ByteBuffer from, long offset, WriteBase base) throws IOException {
        requireSize(offset + from.remaining());
        try {
            working.write(from, offset);
        } catch (NoSpaceException e) {
            // Nothing was taken, so nothing is new.
            throw e;
        } catch (IOException e) {
            writing().wrote(parts.settings().nowNs(), base);
            throw e;
        }
        writing().wrote(parts.settings().nowNs(), base);
    }

    /** Cuts or extends the file. */
    void resize(long sizeBytes, WriteBase base) throws IOException {
        requireSize(sizeBytes);
        if (sizeBytes == bytes.sizeBytes()) {
            return;
        }
        while (true) {
            if (sizeBytes > 0) {
                bytes.fetch();
            }
            lock.lock();
            try {
                if (resizeHere(sizeBytes, base)) {
                    return;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean resizeHere(long sizeBytes, WriteBase base) throws IOException {
        boolean fresh = sizeBytes == 0 && bytes.working() == null;
        Optional<WorkingFile> working = fresh
                ? Optional.of(bytes.startEmpty(parts.contents().working(), inode.itemId(), bytesId))
                : bytes.startWriting(parts.contents().working(), inode.itemId(), bytesId);
        if (working.isPresent()) {
            working.get().resize(sizeBytes);
            writing().wrote(parts.settings().nowNs(), base);
        }
        return working.isPresent();
    }

    /** Sets the time that the next seal records; false if nothing waits to be sealed. */
    boolean setWrittenAt(long mtimeNs) {
        lock.lock();
        try {
            WriteSession writing = session;
            if (writing == null || !writing.dirty) {
                return false;
            }
            writing.mtimeNs = mtimeNs;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Records what was written since the last time. */
    void flush(int processId) throws IOException, RefusedException {
        locked(() -> {
            WriteSession writing = session;
            if (writing != null && writing.dirty) {
                sealing.seal(writing);
                rememberSeen(processId, writing);
            }
        });
    }

    /** See {@link Sealing#sealUnlessCurrent}. */
    void recordUnlessCurrent() throws IOException, RefusedException {
        locked(() -> sealing.sealUnlessCurrent(session));
    }

    /** See {@link Sealing#disown}. */
    void disown() throws IOException, RefusedException {
        locked(sealing::disown);
    }

    private void locked(Sealing.Step action) throws IOException, RefusedException {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private void rememberSeen(int processId, WriteSession writing) {
        Content sealed = writing.sealed;
        if (sealed != null) {
            parts.seen().wrote(processId, inode.itemId(), sealed.sha256());
        }
    }

    /** Brings bytes and record to stable storage; what that records the process has seen, also if the disk fails then. */
    void force(int processId) throws IOException, RefusedException {
        lock.lock();
        WriteSession writing = session;
        boolean hadWritten = writing != null && writing.dirty;
        try {
            sealing.force(writing);
        } finally {
            if (writing != null && hadWritten && !writing.dirty) {
                rememberSeen(processId, writing);
            }
            lock.unlock();
        }
    }

    /** Sends what was written, although the file is kept open, if a program asked for stable storage a while ago and wrote no more. */
    void publishIfStill(long nowMs) throws IOException, RefusedException {
        locked(() -> {
            WriteSession writing = session;
            if (writing != null && writing.isStill(nowMs)) {
                sealing.publish(writing);
            }
        });
    }

    /**
     * Takes a writer away; the last one makes what was recorded ready to be sent.
     *
     * @param processId whose writer it was: what it wrote without a flush, such as through a mapping, it has seen too
     * @param follow see {@link Sealing#end}
     */
    void removeWriter(int processId, Consumer<Recreated> follow) {
        lock.lock();
        try {
            writers--;
            if (writers == 0) {
                // It ends once the file shows what was recorded.
                WriteSession ended = writing();
                boolean wroteLast = ended.dirty;
                sealing.end(ended, bytesId, follow);
                if (wroteLast && !ended.dirty) {
                    rememberSeen(processId, ended);
                }
                session = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** After the last handle is gone. */
    void close() {
        lock.lock();
        try {
            sealing.close();
        } finally {
            lock.unlock();
        }
    }

    private WriteSession writing() {
        return Objects.requireNonNull(session, "a writing handle keeps its session");
    }

    private void requireSize(long sizeBytes) {
        long limit = parts.settings().maxFileBytes();
        if (sizeBytes > limit) {
            throw new DriveException(Errno.EFBIG, "the file would be " + sizeBytes + " bytes, the limit is " + limit);
        }
        Content shown = shown();
        parts.quota().requireBytes(sizeBytes - (shown == null ? 0 : shown.size()));
    }

    private static boolean sameBytes(@Nullable Content one, @Nullable Content other) {
        return one == null ? other == null : one.sameBytes(other);
    }
}
