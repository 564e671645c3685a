package io.tinysync.server.projection;

import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.ProjectionStatus;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the items of all vaults close behind their journals, on a thread of its own. Safe for any thread. */
public final class ProjectionFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionFollower.class);

    /** A query for all vaults' positions each time; short enough for people who look at the figures. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ItemsProjection projection;
    private final VaultWork vaults;
    private final BooleanSupplier isOurs;
    private final Metrics metrics;

    /** Each is a vault that exists, so that there is no more than one entry a vault. */
    private final Set<VaultId> toRebuild = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("projection").factory());

    private ProjectionFollower(ItemsProjection projection, VaultWork vaults, BooleanSupplier isOurs, Metrics metrics) {
        this.isOurs = isOurs;
        this.projection = projection;
        this.vaults = vaults;
        this.metrics = metrics;
    }

    /**
     * Begins to follow.
     *
     * @param isOurs whether this node is the one of all that follows; what is to be made anew any node has made
     */
    public static ProjectionFollower start(
            ItemsProjection projection, VaultWork vaults, BooleanSupplier isOurs, Metrics metrics) {
        ProjectionFollower follower = new ProjectionFollower(projection, vaults, isOurs, metrics);
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
            boolean follows = isOurs.getAsBoolean();
            for (ProjectionStatus vault : all) {
                boolean asked = toRebuild.remove(vault.vaultId());
                boolean behind = follows && vault.headSeq() > vault.projectedToSeq();
                if ((asked || behind) && !thread.isShutdown()) {
                    try (var _ = LogField.VAULT.of(vault.vaultId())) {
                        follow(vault.vaultId(), asked);
                    }
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("the positions of the vaults' items could not be read: {}", e.toString());
        }
    }

    private void follow(VaultId vault, boolean rebuild) {
        try {
            if (rebuild) {
                vaults.rebuildItems(vault);
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
