package io.tinysync.client.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells which process a thread belongs to: the kernel names the thread that asks. Thread-safe. */
final class Processes {

    private static final int MAX_THREADS = 1024;

    /** A thread's number may come back in another process, but not soon. */
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Known(int processId, long atNanos) {}

    private final Map<Integer, Known> byThread = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Known> eldest) {
            return size() > MAX_THREADS;
        }
    };

    /** The process of a thread; the thread's own number where the system does not tell. */
    int of(int threadId) {
        long now = System.nanoTime();
        synchronized (byThread) {
            Known known = byThread.get(threadId);
            if (known != null && now - known.atNanos() < KEEP_NANOS) {
                return known.processId();
            }
        }
        int processId = read(threadId);
        synchronized (byThread) {
            byThread.put(threadId, new Known(processId, now));
        }
        return processId;
    }

    private static int read(int threadId) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + threadId + "/status"))) {
                if (line.startsWith("Tgid:")) {
                    return Integer.parseInt(line.substring(5).trim());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Another system, or the thread is gone: its own number is the best there is.
        }
        return threadId;
    }
}
