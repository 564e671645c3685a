package io.tinysync.client.devfuse;

import io.tinysync.client.devfuse.KernelCache.Name;
import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Invalidations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel to drop what it has and is no longer so. Thread-safe; never called by one who answers the kernel.
 *
 * <p>Dropping attributes waits for nothing. Dropping a name waits for the kernel's lock of the folder, which a program may hold
 * while its own request is being answered, and for long if it waits for a download: that is left to threads of their own, so that
 * one stuck folder stops neither the replayer nor the others. The lock is also what makes it right: a lookup whose answer is on
 * its way holds it, so that the name is dropped after it was learnt.
 */
final class Notifier implements Invalidations, KernelCache.Doubts, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    // enum fuse_notify_code
    private static final int INVALIDATE_INODE = 2;
    private static final int INVALIDATE_ENTRY = 3;

    /** Folders that may be stuck at once. */
    private static final int THREADS = 4;

    /** Names waiting to be dropped, above which none is dropped that might as well stay. */
    private static final int MANY_WAITING = 4096;

    private final Device device;
    private final Drive drive;
    private final KernelCache cache;
    /** Names that wait to be dropped; no more than the kernel was told of. */
    private final Set<Name> waiting = ConcurrentHashMap.newKeySet();

    private final ExecutorService dropping = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("fuse-notify-", 0).factory());

    Notifier(Device device, Drive drive) {
        this.device = device;
        this.drive = drive;
        this.cache = new KernelCache(this);
    }

    KernelCache cache() {
        return cache;
    }

    /**
     * An inode has changed. The kernel is told only where it has something else: a notification makes it throw away an answer that
     * is on its way, and a read that asked for the size, since the opening before it had the attributes dropped, would then go by
     * the old one and end too early.
     */
    @Override
    public void inode(long ino) {
        if (cache.changed(ino) && mayHaveOther(ino)) {
            dropAttributes(ino);
        }
    }

    private boolean mayHaveOther(long ino) {
        try {
            return cache.mayHaveOther(drive.getattr(ino));
        } catch (DriveException e) {
            return true;
        }
    }

    /**
     * Has the kernel ask for an inode's attributes anew. Where it does not have the inode, an answer that tells of it may be on
     * its way; what it is told by then goes with the name, unless it is right.
     */
    private void dropAttributes(long ino) {
        long tellings = cache.tellings(ino);
        if (sendInode(ino) != -Libc.ENOENT) {
            cache.dropped(ino, tellings);
        } else if (!isToldExactly(ino)) {
            cache.namesOf(ino).forEach(name -> later(name, () -> sendInode(ino)));
        }
    }

    private boolean isToldExactly(long ino) {
        try {
            return cache.isToldExactly(drive.getattr(ino));
        } catch (DriveException e) {
            return false;
        }
    }

    @Override
    public void entry(long parentIno, String name) {
        Name place = new Name(parentIno, name);
        cache.changed(place).ifPresent(told -> {
            if (told != leadsTo(place)) {
                cache.lost(told);
                drop(place);
            }
        });
    }

    private long leadsTo(Name place) {
        try {
            long ino = drive.lookup(place.parentIno(), place.name()).ino();
            drive.forget(ino, 1);
            return ino;
        } catch (DriveException e) {
            return KernelCache.NOWHERE;
        }
    }

    @Override
    public void everything() {
        KernelCache.Everything all = cache.everythingChanged();
        all.inodes().forEach(this::dropAttributes);
        all.names().forEach(this::drop);
    }

    @Override
    public void drop(Name name) {
        later(name, () -> {});
    }

    @Override
    public void spare(Name name) {
        if (waiting.size() < MANY_WAITING) {
            drop(name);
        }
    }

    @Override
    public void check(Name name) {
        execute(() -> entry(name.parentIno(), name.name()));
    }

    private void later(Name name, Runnable then) {
        if (waiting.add(name)) {
            execute(() -> {
                waiting.remove(name);
                sendEntry(name);
                then.run();
            });
        }
    }

    private void execute(Runnable task) {
        try {
            dropping.execute(task);
        } catch (RejectedExecutionException e) {
            // The drive is unmounted: the kernel has nothing any more.
        }
    }

    /** struct fuse_notify_inval_inode_out; an offset below 0 is for attributes alone. */
    private int sendInode(long ino) {
        try (Arena arena = Arena.ofConfined()) {
            int bytes = Reply.HEADER_BYTES + 24;
            MemorySegment message = arena.allocate(bytes, 8);
            begin(message, bytes, INVALIDATE_INODE).putLong(ino).putLong(-1).putLong(0);
            return device.write(message, bytes);
        }
    }

    /** struct fuse_notify_inval_entry_out. */
    private void sendEntry(Name name) {
        byte[] text = name.name().getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            int bytes = Reply.HEADER_BYTES + 16 + text.length + 1;
            MemorySegment message = arena.allocate(bytes, 8);
            begin(message, bytes, INVALIDATE_ENTRY)
                    .putLong(name.parentIno())
                    .putInt(text.length)
                    .putInt(0)
                    .put(text)
                    .put((byte) 0);
            int result = device.write(message, bytes);
            if (result == -Libc.EINVAL) {
                LOG.error("the kernel does not understand that {} is to be dropped", name);
            }
        }
    }

    private static ByteBuffer begin(MemorySegment message, int bytes, int code) {
        return Workspace.buffer(message).putInt(bytes).putInt(code).putLong(0);
    }

    @Override
    public void close() {
        dropping.shutdown();
    }
}
