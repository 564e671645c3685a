package io.tinysync.client.drive;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that does something while another is in the midst of something else. */
final class OtherThread<T> {

    private static final long PATIENCE_SECONDS = 30;

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    OtherThread(Callable<T> action) {
        thread = Thread.ofPlatform().unstarted(() -> {
            try {
                result.complete(action.call());
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
    }

    /** Starts it, and returns once it waits for what the caller has, or has come to its end. */
    void startUntilItWaits() {
        thread.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the other thread is " + thread.getState());
            }
            Thread.onSpinWait();
        }
    }

    T result() throws Exception {
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
