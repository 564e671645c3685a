package io.tinysync.client.daemon;

import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * A scheduler of Pekko's that sleeps until the next timer ends. Pekko's own turns a wheel, forty times a second as daemons had it: three quarters of
 * what an idle daemon took of the processor. This one costs a server more for each timer, and a device has few. Named in {@code daemon.conf}.
 */
final class TimerScheduler extends AbstractScheduler implements Closeable {

    /** It has no granularity but the clock's; this is what callers may rely on. */
    private static final double TIMES_A_SECOND = 1000;

    private final ScheduledThreadPoolExecutor timers;

    /** As Pekko makes it. */
    public TimerScheduler(Config settings, LoggingAdapter log, ThreadFactory threads) {
        timers = new ScheduledThreadPoolExecutor(1, threads);
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        try {
            return new Timer(timers.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    /** Nobody is to call it, and every scheduler has to have it. */
    @SuppressWarnings("deprecation")
    @Override
    public Cancellable schedule(
            FiniteDuration initialDelay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        try {
            return new Timer(timers.scheduleAtFixedRate(
                    () -> executor.execute(task), initialDelay.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    private static IllegalStateException closed(RejectedExecutionException e) {
        return new IllegalStateException("the scheduler is closed", e);
    }

    @Override
    public double maxFrequency() {
        return TIMES_A_SECOND;
    }

    /** Timers that have not ended never do. */
    @Override
    public void close() {
        timers.shutdownNow();
    }

    private record Timer(Future<?> future) implements Cancellable {

        @Override
        public boolean cancel() {
            return future.cancel(false);
        }

        @Override
        public boolean isCancelled() {
            return future.isCancelled();
        }
    }
}
