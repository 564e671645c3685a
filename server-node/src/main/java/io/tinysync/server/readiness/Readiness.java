package io.tinysync.server.readiness;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node can serve: all probes are asked at the same time, and what they found is good for a second, so that it costs the
 * same however many ask. Thread-safe.
 */
public final class Readiness {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    /** What does not answer within this does not answer. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Below the interval at which anybody asks. */
    static final Duration FRESH = Duration.ofSeconds(1);

    private final List<Asked> probes;
    private final Duration fresh;
    private CompletableFuture<List<Finding>> latest = CompletableFuture.completedFuture(List.of());
    private long latestAt;
    private boolean isAsked;
    private List<Finding> logged = List.of();

    public Readiness(List<Probe> probes) {
        this(probes, PATIENCE, FRESH);
    }

    Readiness(List<Probe> probes, Duration patience, Duration fresh) {
        this.probes = probes.stream().map(probe -> new Asked(probe, patience)).toList();
        this.fresh = fresh;
    }

    /** What the probes found, in their order, a second ago at most. Waits for it, up to two seconds. */
    public List<Finding> findings() {
        return current().join();
    }

    private synchronized CompletableFuture<List<Finding>> current() {
        boolean isOld = latest.isDone() && System.nanoTime() - latestAt >= fresh.toNanos();
        if (!isAsked || isOld) {
            isAsked = true;
            latest = askAll();
        }
        return latest;
    }

    private CompletableFuture<List<Finding>> askAll() {
        List<CompletableFuture<Finding>> asked =
                probes.stream().map(Asked::finding).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        found(asked.stream().map(CompletableFuture::join).toList()));
    }

    private synchronized List<Finding> found(List<Finding> findings) {
        latestAt = System.nanoTime();
        if (!findings.equals(logged) && !(logged.isEmpty() && isReady(findings))) {
            LOG.warn("{}: {}", isReady(findings) ? "ready again" : "not ready", findings);
        }
        logged = findings;
        return findings;
    }

    public static boolean isReady(List<Finding> findings) {
        return findings.stream().allMatch(finding -> finding.fault().isEmpty());
    }

    /** A probe, which is not asked again while it owes an answer: what hangs would otherwise take ever more threads and connections. */
    private static final class Asked {

        private final Probe probe;
        private final Duration patience;
        private @Nullable CompletableFuture<Optional<String>> outstanding;

        Asked(Probe probe, Duration patience) {
            this.probe = probe;
            this.patience = patience;
        }

        synchronized CompletableFuture<Finding> finding() {
            if (outstanding == null || outstanding.isDone()) {
                outstanding = asked();
            }
            return outstanding
                    .copy()
                    .completeOnTimeout(
                            Optional.of("does not answer in time"), patience.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(fault -> new Finding(probe.name(), fault));
        }

        private CompletableFuture<Optional<String>> asked() {
            return probe.question().ask().toCompletableFuture().exceptionally(failure -> {
                LOG.info("{} does not answer", probe.name(), failure);
                return Optional.of("does not answer");
            });
        }
    }
}
