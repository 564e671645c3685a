package io.tinysync.client.drive;

import io.tinysync.engine.device.core.Refusal;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemId;
import java.util.ArrayList;
import java.util.List;

/**
 * The moments between the commit that gives an item's identity to another file and the change of the inodes that follows it. Who
 * reads the tree within such a moment would find the item behind the inode that is about to lose it, and waits for its end.
 * Thread-safe.
 *
 * <p>The order that makes this right: a handover begins before its commit can be seen; who reads the tree awaits the end of
 * handovers between reading and looking at inodes. What was read from before the commit leads to an inode that was right then.
 */
final class Handovers {

    /** Who is in the midst of one: nobody waits for himself. */
    private final List<Thread> underWay = new ArrayList<>();

    /** One moment; ends with {@link #close}, begun or not. Confined to its thread. */
    final class Handover implements AutoCloseable {

        private boolean begun;

        private Handover() {}

        /** To be called before what is done to the tree can be seen. */
        void begin() {
            synchronized (Handovers.this) {
                if (!begun) {
                    begun = true;
                    underWay.add(Thread.currentThread());
                }
            }
        }

        @Override
        public void close() {
            synchronized (Handovers.this) {
                if (begun) {
                    begun = false;
                    underWay.remove(Thread.currentThread());
                    Handovers.this.notifyAll();
                }
            }
        }
    }

    Handover handover() {
        return new Handover();
    }

    /** Returns once no other's handover is under way: after their commits, which wait for nothing but the disk. */
    synchronized void await() {
        boolean interrupted = false;
        while (!underWay.stream().allMatch(Thread.currentThread()::equals)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is done to the item of an inode. */
    @FunctionalInterface
    interface Act<T> {
        T on(ItemId itemId) throws RefusedException;
    }

    /** Acts on an inode's item; where that is gone, on the one to which the inode was handed over meanwhile. */
    <T> T act(Inode inode, Act<T> act) throws RefusedException {
        while (true) {
            ItemId itemId = inode.itemId();
            try {
                return act.on(itemId);
            } catch (RefusedException e) {
                await();
                if (e.refusal() != Refusal.NO_ENTRY || inode.itemId().equals(itemId)) {
                    throw e;
                }
            }
        }
    }
}
