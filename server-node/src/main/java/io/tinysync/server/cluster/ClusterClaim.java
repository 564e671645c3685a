package io.tinysync.server.cluster;

import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one cluster works on a database. Nodes that do not reach each other may take each other for dead, each side for itself, and
 * a first seed node that starts while it reaches none of the others begins a cluster. The journal keeps two clusters from doing
 * harm, but they would be in each other's way for ever, since nothing brings them together. So the oldest node of each cluster
 * claims the database, again and again; the cluster that reaches more nodes has it, of two equal ones the one that had it first. A node that
 * is not in that cluster ends, and joins it when it is started again.
 */
public final class ClusterClaim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClaim.class);

    private static final int INTERVAL_SECONDS = 2;
    private static final int RELEASE_LIMIT_SECONDS = 2;

    private final ClaimTable table;
    private final Supplier<ClusterView> cluster;
    private final Runnable lost;
    /** One that nobody can set: a jump must end no node. */
    private final InstantSource clock = () -> Instant.EPOCH.plusNanos(System.nanoTime());

    private final Rivalry rivalry = new Rivalry();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cluster-claim").factory());

    private ClusterClaim(ClaimTable table, Supplier<ClusterView> cluster, Runnable lost) {
        this.table = table;
        this.cluster = cluster;
        this.lost = lost;
    }

    /**
     * Begins.
     *
     * @param lost called when this node is in a cluster that has to make way for another; the node has to end then
     */
    public static ClusterClaim start(Database database, Supplier<ClusterView> cluster, Runnable lost) {
        ClusterClaim claim = new ClusterClaim(new ClaimTable(database), cluster, lost);
        var _ = claim.thread.scheduleWithFixedDelay(claim::look, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
        return claim;
    }

    private void look() {
        ClusterView seen = cluster.get();
        try {
            Optional<String> holder = seen.isOldest() ? table.claim(seen.self(), seen.reachable()) : table.holder();
            if (rivalry.isLost(holder, seen.members(), clock.instant())) {
                LOG.error(
                        "another cluster works on this database, that of {}; this node is in {}",
                        holder,
                        seen.members());
                lost.run();
            }
        } catch (DatabaseException e) {
            rivalry.forget();
            LOG.debug("the database does not say which cluster works on it", e);
        } catch (RuntimeException e) {
            LOG.warn("it was not looked at which cluster works on this database", e);
        }
    }

    /** Looks no more, and lets the next node have the claim at once. */
    @Override
    public void close() {
        thread.execute(this::release);
        thread.shutdown();
        try {
            if (thread.awaitTermination(RELEASE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.shutdownNow();
    }

    private void release() {
        try {
            table.release(cluster.get().self());
        } catch (RuntimeException e) {
            LOG.debug("the claim on the database was not released, and expires", e);
        }
    }
}
