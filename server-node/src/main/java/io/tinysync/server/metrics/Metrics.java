package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What this node counts, in Prometheus' text form. Thread-safe. */
public final class Metrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter blobDownloads = registry.counter("tinysync.blob.downloads");
    private final Counter blobDownloadBytes = registry.counter("tinysync.blob.download.bytes");
    private final Counter blobUploads = registry.counter("tinysync.blob.uploads");
    private final Counter blobUploadBytes = registry.counter("tinysync.blob.upload.bytes");
    private final Counter snapshots = registry.counter("tinysync.snapshots");
    private final Counter logEntries = registry.counter("tinysync.log.entries");
    private final Counter purgedDeletions = registry.counter("tinysync.retention.purged.deletions");
    private final Counter deletedEntries = registry.counter("tinysync.retention.deleted.entries");
    private final AtomicInteger waitingBlobs = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicLong projectionLag = new AtomicLong();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        Gauge.builder("tinysync.projection.lag.entries", projectionLag, AtomicLong::get)
                .register(registry);
        Gauge.builder("tinysync.blob.uploads.waiting", waitingBlobs, AtomicInteger::get)
                .register(registry);
        Gauge.builder("tinysync.wake.sockets", sockets, AtomicInteger::get).register(registry);
    }

    public void blobDownloadBegan() {
        blobDownloads.increment();
    }

    public void blobBytesServed(long bytes) {
        blobDownloadBytes.increment((double) bytes);
    }

    public void blobStored(long bytes) {
        blobUploads.increment();
        blobUploadBytes.increment((double) bytes);
    }

    /** Waits that count for so long as they last. */
    @FunctionalInterface
    public interface Wait {
        void run() throws InterruptedException;
    }

    /** An upload waits for the deletion of its blob. */
    public void blobWaits(Wait wait) throws InterruptedException {
        waitingBlobs.incrementAndGet();
        try {
            wait.run();
        } finally {
            waitingBlobs.decrementAndGet();
        }
    }

    public void snapshotBegan() {
        snapshots.increment();
    }

    /**
     * A page of a log was answered.
     *
     * @param source {@code tail} if it came from memory, {@code journal} if it was read from PostgreSQL
     */
    public void logPageServed(String source, int entries) {
        registry.counter("tinysync.log.pages", "source", source).increment();
        logEntries.increment(entries);
    }

    /** How many entries of all vaults together the tables of items lack. */
    public void projectionLagIs(long entries) {
        projectionLag.set(entries);
    }

    /** Deletions were forgotten for good. */
    public void deletionsPurged(int count) {
        purgedDeletions.increment(count);
    }

    /** Entries of logs were deleted. */
    public void entriesDeleted(long count) {
        deletedEntries.increment((double) count);
    }

    /**
     * One op was answered.
     *
     * @param kind of the op, as on the wire
     * @param outcome {@code accepted}, or the rejection's code
     */
    public void opAnswered(String kind, String outcome) {
        registry.counter("tinysync.mutations", "kind", kind, "outcome", outcome).increment();
    }

    public void socketsAre(int count) {
        sockets.set(count);
    }

    /** For what is counted by other libraries. */
    public MeterRegistry registry() {
        return registry;
    }

    public String scrape() {
        return registry.scrape();
    }
}
