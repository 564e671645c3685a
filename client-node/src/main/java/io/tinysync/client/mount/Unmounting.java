package io.tinysync.client.mount;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a mount out of the tree: at once if nobody uses it, otherwise after a moment, lazily. */
public final class Unmounting {

    private static final Logger LOG = LoggerFactory.getLogger(Unmounting.class);

    /** How long programs get to let go of a drive that is unmounted, before it is taken from under them. */
    private static final int BUSY_MILLIS = 500;

    private static final int BETWEEN_ATTEMPTS_MILLIS = 10;

    /** The kernel ends an unmounted drive's connection at once; this only bounds the wait for a fault. */
    private static final int END_SECONDS = 20;

    private Unmounting() {}

    /** One attempt to unmount. */
    @FunctionalInterface
    public interface Attempt {
        /** Unmounts; lazily takes it out of the tree at once and lets those who still use it finish. */
        MountCommands.Result unmount(Path mountPoint, boolean lazy);
    }

    /**
     * Unmounts, and returns once it is so.
     *
     * @param ended completes when the kernel has let go of the drive
     * @return whether nobody was using it any more
     */
    public static boolean run(Path mountPoint, Attempt attempt, CompletableFuture<?> ended) throws MountException {
        MountCommands.Result result = attempt.unmount(mountPoint, false);
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS);
        while (!result.done() && !ended.isDone() && System.nanoTime() < giveUpAt) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_ATTEMPTS_MILLIS));
            result = attempt.unmount(mountPoint, false);
        }
        if (result.done() || ended.isDone()) {
            return awaitEnd(ended);
        }
        LOG.warn("{} is in use ({}), it is unmounted lazily", mountPoint, result.output());
        MountCommands.Result lazily = attempt.unmount(mountPoint, true);
        if (!lazily.done()) {
            throw new MountException(mountPoint + " cannot be unmounted: " + lazily.output());
        }
        return false;
    }

    private static boolean awaitEnd(CompletableFuture<?> ended) {
        try {
            ended.get(END_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
