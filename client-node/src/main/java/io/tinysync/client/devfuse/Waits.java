package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Requests that wait for a download, each on a virtual thread of its own, so that those who read the kernel's messages never do.
 * What they hold meanwhile is bounded; beyond it they are EAGAIN. Thread-safe.
 */
final class Waits {

    /** As many as {@link Negotiation} lets the kernel have in the background, and as many programs that wait by themselves. */
    private static final int MAX_REQUESTS = 2048;

    /** Of messages that wait; a write carries its bytes. */
    private static final long MAX_BYTES = 64 << 20;

    /** After its download a request needs memory to be answered in; so many are answered at a time. */
    private static final int MAX_WORKSPACES = 4;

    private final Drive drive;
    private final Interrupts interrupts = new Interrupts();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Semaphore workspaces = new Semaphore(MAX_WORKSPACES);
    private final ConcurrentLinkedDeque<Workspace> idle = new ConcurrentLinkedDeque<>();

    Waits(Drive drive) {
        this.drive = drive;
    }

    /** How one is answered who has waited. */
    interface Answering {
        /** Carries the request out. */
        void answer(Request request, Reply reply);

        /** Sends an error instead. */
        void fail(Request request, Throwable why);
    }

    /**
     * Lets a request wait if it has to.
     *
     * @return false if it need not, and is to be answered now
     */
    boolean take(Opcode opcode, Request request, Answering answering) {
        Optional<Need> need = Need.of(opcode, request);
        request.rewind();
        if (need.isEmpty() || !need.get().mustWait(drive)) {
            return false;
        }
        reserve(request.bytes());
        Request kept = request.copy();
        Interrupts.Wait wait = interrupts.begin(kept.unique());
        Thread.ofVirtual().name("fuse-wait").start(() -> run(kept, need.get(), wait, answering));
        return true;
    }

    private void reserve(int messageBytes) {
        boolean tooMany = requests.incrementAndGet() > MAX_REQUESTS;
        if (bytes.addAndGet(messageBytes) > MAX_BYTES || tooMany) {
            release(messageBytes);
            throw new DriveException(Errno.EAGAIN, "too many requests wait for downloads");
        }
    }

    private void release(int messageBytes) {
        requests.decrementAndGet();
        bytes.addAndGet(-messageBytes);
    }

    private void run(Request request, Need need, Interrupts.Wait wait, Answering answering) {
        try {
            wait.during(() -> need.await(drive));
            withWorkspace(workspace -> answering.answer(request, workspace.reply()));
        } catch (Throwable e) {
            answering.fail(request, e);
        } finally {
            interrupts.end(wait);
            release(request.bytes());
        }
    }

    private void withWorkspace(Consumer<Workspace> work) {
        workspaces.acquireUninterruptibly();
        Workspace workspace = idle.poll();
        if (workspace == null) {
            workspace = new Workspace();
        }
        try {
            work.accept(workspace);
        } finally {
            idle.push(workspace);
            workspaces.release();
        }
    }

    /** The kernel asks to end the wait of a request. */
    void interrupt(long unique) {
        interrupts.interrupt(unique);
    }
}
