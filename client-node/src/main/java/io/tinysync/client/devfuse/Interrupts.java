package io.tinysync.client.devfuse;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ends waits that the kernel does not want any more. Requests are known by their number, which is not used twice. Only the wait
 * itself is interrupted, since an interrupt in the midst of reading a file would close it for all. Thread-safe.
 */
final class Interrupts {

    /** Interrupts that came before their request began to wait; those beyond are of requests that never do. */
    private static final int MAX_EARLY = 64;

    private final Map<Long, Wait> waits = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> early = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MAX_EARLY;
        }
    };

    /** One request's. */
    static final class Wait {

        private final long unique;
        private boolean interrupted;
        private @Nullable Thread waiting;

        private Wait(long unique) {
            this.unique = unique;
        }

        /** Waits; EINTR if that was interrupted, or is. */
        void during(Runnable wait) {
            begin();
            try {
                wait.run();
            } catch (RuntimeException e) {
                throw end() ? interrupted() : e;
            }
            if (end()) {
                throw interrupted();
            }
        }

        private static DriveException interrupted() {
            return new DriveException(Errno.EINTR, "the program does not want to wait any more");
        }

        private synchronized void begin() {
            if (interrupted) {
                throw interrupted();
            }
            waiting = Thread.currentThread();
        }

        private synchronized boolean end() {
            waiting = null;
            var _ = Thread.interrupted();
            return interrupted;
        }

        private synchronized void interrupt() {
            interrupted = true;
            if (waiting != null) {
                waiting.interrupt();
            }
        }
    }

    /** A request is about to wait. */
    Wait begin(long unique) {
        Wait wait = new Wait(unique);
        waits.put(unique, wait);
        synchronized (early) {
            if (early.remove(unique) != null) {
                wait.interrupt();
            }
        }
        return wait;
    }

    void end(Wait wait) {
        waits.remove(wait.unique, wait);
    }

    void interrupt(long unique) {
        Wait wait;
        synchronized (early) {
            wait = waits.get(unique);
            if (wait == null) {
                early.put(unique, true);
            }
        }
        if (wait != null) {
            wait.interrupt();
        }
    }
}
