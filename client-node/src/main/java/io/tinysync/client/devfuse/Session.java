package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.Invalidations;
import io.tinysync.client.mount.Owner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the kernel's messages and has them answered, from the first until the drive is unmounted. There is always a thread that
 * waits for the next message, up to a limit; each answers by itself what it has read.
 */
final class Session {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** Some may be at the disk for long, with an fsync or a hash, while others answer; none waits for the network. */
    private static final int MAX_THREADS = 16;

    private final Device device;
    private final Drive drive;
    private final Notifier notifier;
    private final Dispatcher dispatcher;
    private final ExecutorService later = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("fuse-later").factory());
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger reading = new AtomicInteger();
    private final CompletableFuture<Negotiation> agreed = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean over;

    Session(Device device, Drive drive, Owner owner) {
        this.device = device;
        this.drive = drive;
        this.notifier = new Notifier(device, drive);
        Kernel kernel = new Kernel(drive, owner, notifier.cache());
        this.dispatcher = new Dispatcher(device, kernel, notifier, later, agreed);
    }

    void start() {
        drive.tell(notifier);
        startThread();
    }

    /** Completes when the kernel's first message was answered, exceptionally if it was refused. */
    CompletableFuture<Negotiation> agreed() {
        return agreed;
    }

    /** Completes when no more messages come. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    private void startThread() {
        int number = threads.incrementAndGet();
        reading.incrementAndGet();
        Thread.ofPlatform().daemon().name("fuse-" + number).start(this::run);
    }

    private void run() {
        try {
            Workspace workspace = new Workspace();
            while (!over) {
                int bytes = device.read(workspace.message());
                int stillReading = reading.decrementAndGet();
                if (bytes > 0) {
                    if (stillReading == 0 && threads.get() < MAX_THREADS) {
                        startThread();
                    }
                    dispatch(workspace, bytes);
                } else if (isOver(bytes)) {
                    over = true;
                }
                reading.incrementAndGet();
            }
        } catch (Throwable e) {
            LOG.error("a thread that answers the kernel ended unexpectedly", e);
        } finally {
            end();
        }
    }

    private void dispatch(Workspace workspace, int bytes) {
        try {
            dispatcher.dispatch(workspace, bytes);
        } catch (Throwable e) {
            LOG.error("a message of the kernel could not be answered", e);
        }
    }

    /** A message may be gone again before it is read, and a signal may interrupt; everything else is the end of the mount. */
    private static boolean isOver(int result) {
        return result != -Libc.EINTR && result != -Libc.ENOENT && result != -Libc.EAGAIN;
    }

    private void end() {
        if (threads.decrementAndGet() == 0) {
            drive.tell(Invalidations.NONE);
            notifier.close();
            later.shutdown();
            device.close();
            agreed.completeExceptionally(new IllegalStateException("the kernel let go of the drive"));
            ended.complete(null);
        }
    }
}
