package io.tinysync.engine.vault;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What vaults' entities told an observer. */
final class Tally implements VaultObserver {

    final AtomicInteger inMemory = new AtomicInteger();
    final AtomicInteger recoveries = new AtomicInteger();
    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger passivations = new AtomicInteger();
    final AtomicInteger outrun = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();

    private final Queue<Integer> commits = new ConcurrentLinkedQueue<>();
    private final Queue<Proof> proofs = new ConcurrentLinkedQueue<>();

    /** How many entries each commit had. */
    List<Integer> commits() {
        return List.copyOf(commits);
    }

    List<Proof> proofs() {
        return List.copyOf(proofs);
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
        passivations.incrementAndGet();
    }

    @Override
    public void recovered(Duration took) {
        recoveries.incrementAndGet();
    }

    @Override
    public void paused() {
        pauses.incrementAndGet();
    }

    @Override
    public void outrun() {
        outrun.incrementAndGet();
    }

    @Override
    public void committed(int entries, Duration took) {
        commits.add(entries);
    }

    @Override
    public void proven(Proof by, Duration took) {
        proofs.add(by);
    }

    @Override
    public void waiting(int change) {
        waiting.addAndGet(change);
    }
}
