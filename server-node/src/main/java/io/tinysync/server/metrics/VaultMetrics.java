package io.tinysync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tinysync.engine.vault.VaultMemory;
import io.tinysync.engine.vault.VaultObserver;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What the vaults of this node do. Thread-safe. */
public final class VaultMetrics implements VaultObserver {

    private final MeterRegistry registry;
    private final AtomicInteger inMemory = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Timer recoveries;
    private final Counter passivations;
    private final Counter pauses;
    private final Counter outrun;
    private final Timer commits;
    private final DistributionSummary entries;
    private final Timer reads;
    private final Timer records;

    VaultMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("tinysync.vaults.in.memory", inMemory, AtomicInteger::get).register(registry);
        Gauge.builder("tinysync.vault.requests.waiting", waiting, AtomicInteger::get)
                .register(registry);
        recoveries = Buckets.times("tinysync.vault.recovery").register(registry);
        passivations = registry.counter("tinysync.vault.passivations");
        pauses = registry.counter("tinysync.vault.pauses");
        outrun = registry.counter("tinysync.vault.outrun");
        commits = Buckets.times("tinysync.commit").register(registry);
        entries = Buckets.entries("tinysync.commit.entries").register(registry);
        reads = Buckets.times("tinysync.fence").tag("by", "read").register(registry);
        records = Buckets.times("tinysync.fence").tag("by", "record").register(registry);
    }

    /** Watches how much the vaults in memory hold. */
    public void watch(VaultMemory memory) {
        Gauge.builder("tinysync.vaults.size", memory, VaultMemory::size).register(registry);
    }

    @Override
    public void began() {
        inMemory.incrementAndGet();
    }

    @Override
    public void ended() {
        inMemory.decrementAndGet();
    }

    @Override
    public void passivated() {
        passivations.increment();
    }

    @Override
    public void recovered(Duration took) {
        recoveries.record(took);
    }

    @Override
    public void paused() {
        pauses.increment();
    }

    @Override
    public void outrun() {
        outrun.increment();
    }

    @Override
    public void committed(int count, Duration took) {
        commits.record(took);
        entries.record(count);
    }

    @Override
    public void proven(Proof by, Duration took) {
        Timer timer = switch (by) {
            case READ -> reads;
            case RECORD -> records;
        };
        timer.record(took);
    }

    @Override
    public void waiting(int change) {
        waiting.addAndGet(change);
    }
}
