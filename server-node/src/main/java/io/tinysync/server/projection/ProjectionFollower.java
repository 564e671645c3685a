package io.tinysync.server.projection;

import io.tinysync.engine.protocol.ProjectionStatus;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultCalls;
import io.tinysync.server.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the items of all vaults close behind their journals, on a thread of its own. Safe for any thread. */
public final class ProjectionFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionFollower.class);

    /** A query for all vaults' positions each time; short enough for people who look at the figures. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ItemsProjection projection;
    private final VaultCalls vaults;
    private final Metrics metrics;

    /** Each is a vault that exists, so that there is no more than one entry a vault. */
    private final Set<VaultId> toRebuild = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("projection").factory());

    private ProjectionFollower(ItemsProjection projection, VaultCalls vaults, Metrics metrics) {
        this.projection = projection;
        this.vaults = vaults;
        this.metrics = metrics;
    }

    /** Begins to follow. */
    public static ProjectionFollower start(ItemsProjection projection, VaultCalls vaults, Metrics metrics) {
        ProjectionFollower follower = new ProjectionFollower(projection, vaults, metrics);
        var _ = follower.thread.scheduleWithFixedDelay(
                follower::follow, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return follower;
    }

    /** Where each vault's tables stand; blocks. */
    public List<ProjectionStatus> statuses() {
        return projection.statuses();
    }

    /** Has a vault's tables made anew, soon. */
    public void rebuild(VaultId vault) {
        toRebuild.add(vault);
    }

    private void follow() {
        try {
            List<ProjectionStatus> all = projection.statuses();
            metrics.projectionLagIs(all.stream()
                    .mapToLong(vault -> vault.headSeq() - vault.projectedToSeq())
                    .sum());
            for (ProjectionStatus vault : all) {
                boolean asked = toRebuild.remove(vault.vaultId());
                if ((asked || vault.headSeq() > vault.projectedToSeq()) && !thread.isShutdown()) {
                    follow(vault.vaultId(), asked);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("the positions of the vaults' items could not be read: {}", e.toString());
        }
    }

    private void follow(VaultId vault, boolean rebuild) {
        try {
            if (rebuild) {
                projection.rebuild(vault, vaults.state(vault));
                LOG.info("the items of vault {} were made anew", vault);
            } else {
                projection.catchUp(vault);
            }
        } catch (RuntimeException e) {
            LOG.warn("the items of vault {} do not follow its journal: {}", vault, e.toString());
            if (rebuild) {
                toRebuild.add(vault);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
