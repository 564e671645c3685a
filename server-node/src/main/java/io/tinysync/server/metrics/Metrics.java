package io.tinysync.server.metrics;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What this node counts, in Prometheus' text form; {@code docs/metrics.md} lists it. Thread-safe. */
public final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProcessMetrics process = new ProcessMetrics(registry);
    private final VaultMetrics vaults = new VaultMetrics(registry);
    private final MutationMetrics mutations = new MutationMetrics(registry);
    private final RequestMetrics requests = new RequestMetrics(registry);
    private final ConnectionMetrics connections = new ConnectionMetrics(registry);
    private final WakeMetrics wakes = new WakeMetrics(registry);
    private final PairingMetrics pairings = new PairingMetrics(registry);
    private final AccessMetrics access = new AccessMetrics(registry);
    private final Counter blobDownloads = registry.counter("tinysync.blob.downloads");
    private final Counter blobDownloadBytes = registry.counter("tinysync.blob.download.bytes");
    private final Counter blobUploads = registry.counter("tinysync.blob.uploads");
    private final Counter blobUploadBytes = registry.counter("tinysync.blob.upload.bytes");
    private final Counter snapshots = registry.counter("tinysync.snapshots");
    private final Counter pagesFromTail = registry.counter("tinysync.log.pages", "source", "tail");
    private final Counter pagesFromJournal = registry.counter("tinysync.log.pages", "source", "journal");
    private final Counter logEntries = registry.counter("tinysync.log.entries");
    private final Counter purgedDeletions = registry.counter("tinysync.retention.purged.deletions");
    private final Counter deletedEntries = registry.counter("tinysync.retention.deleted.entries");
    private final AtomicInteger waitingBlobs = new AtomicInteger();
    private final AtomicLong projectionLag = new AtomicLong();

    public Metrics() {
        Gauge.builder("tinysync.projection.lag.entries", projectionLag, AtomicLong::get)
                .register(registry);
        Gauge.builder("tinysync.blob.uploads.waiting", waitingBlobs, AtomicInteger::get)
                .register(registry);
    }

    public VaultMetrics vaults() {
        return vaults;
    }

    public MutationMetrics mutations() {
        return mutations;
    }

    public RequestMetrics requests() {
        return requests;
    }

    public ConnectionMetrics connections() {
        return connections;
    }

    public WakeMetrics wakes() {
        return wakes;
    }

    public AccessMetrics access() {
        return access;
    }

    public PairingMetrics pairings() {
        return pairings;
    }

    /** Watches a pool of connections, from now on; named as it names itself. */
    public void watch(HikariDataSource pool) {
        pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
    }

    /** Watches threads and what waits for them. */
    public void watch(ExecutorService threads, String name) {
        new ExecutorServiceMetrics(threads, name, Tags.empty()).bindTo(registry);
    }

    /** The version that this node has in its cluster. */
    public void versionIs(String version) {
        Gauge.builder("tinysync.build.info", () -> 1).tag("version", version).register(registry);
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
     * @param fromTail whether it came from memory, and not from PostgreSQL
     */
    public void logPageServed(boolean fromTail, int entries) {
        (fromTail ? pagesFromTail : pagesFromJournal).increment();
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

    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        process.close();
        registry.close();
    }
}
