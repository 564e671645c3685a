package io.tinysync.engine.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Does blocking work on several things, a few at a time. Thread-safe. */
final class AtOnce {

    private final Executor executor;
    private final int most;

    /**
     * @param executor runs each task on a thread of its own; virtual ones suit it
     * @param most things of one call that are worked on at the same time
     */
    AtOnce(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /** What is done with one thing. */
    @FunctionalInterface
    interface Work<T> {
        void on(T thing) throws IOException;
    }

    /** Returns once no work is under way any more; the first failure ends it, and what was not begun then is left. */
    <T> void forEach(Collection<T> things, Work<T> work) throws IOException {
        Queue<T> left = new ConcurrentLinkedQueue<>(things);
        CompletableFuture<?>[] running = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> workOff(left, work), executor))
                .limit(Math.min(most, things.size()))
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(running).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UncheckedIOException failure ? failure.getCause() : new IOException(e);
        }
    }

    private static <T> void workOff(Queue<T> left, Work<T> work) {
        for (T thing = left.poll(); thing != null; thing = left.poll()) {
            try {
                work.on(thing);
            } catch (IOException e) {
                left.clear();
                throw new UncheckedIOException(e);
            }
        }
    }
}
