package io.tinysync.server.blobs;

import io.tinysync.engine.protocol.Maintenance.JobState;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work of which this node does one at a time, and whose last result is remembered. Thread-safe. */
public final class Job<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Job.class);

    private final String name;
    private final Executor threads;
    private Standing<T> standing = new Standing<>(JobState.NONE, Optional.empty(), Optional.empty());

    Job(String name, Executor threads) {
        this.name = name;
        this.threads = threads;
    }

    /** How the job stands: its report once it is done, why if it failed. */
    public record Standing<T>(JobState state, Optional<T> report, Optional<String> failure) {}

    public synchronized Standing<T> standing() {
        return standing;
    }

    /** Starts the work; false if it is being done already. */
    public boolean start(Callable<T> work) {
        synchronized (this) {
            if (standing.state() == JobState.RUNNING) {
                return false;
            }
            standing = new Standing<>(JobState.RUNNING, Optional.empty(), Optional.empty());
        }
        threads.execute(() -> end(result(work)));
        return true;
    }

    private Standing<T> result(Callable<T> work) {
        try {
            T report = work.call();
            LOG.info("{}: {}", name, report);
            return new Standing<>(JobState.DONE, Optional.of(report), Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Standing<>(JobState.FAILED, Optional.empty(), Optional.of("the server is stopping"));
        } catch (Exception e) {
            LOG.warn("{} ended early, and goes on when it is next started: {}", name, e.toString());
            return new Standing<>(JobState.FAILED, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private synchronized void end(Standing<T> result) {
        standing = result;
    }
}
