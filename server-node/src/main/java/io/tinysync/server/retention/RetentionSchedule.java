package io.tinysync.server.retention;

import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.Audit;
import io.tinysync.server.identity.Pairings;
import io.tinysync.server.identity.RestoreRequests;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.JournalHead;
import io.tinysync.server.journal.LogTails;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.projection.ItemsProjection;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the audit and every vault forget, one after the other, again and again, on a thread of its own. */
public final class RetentionSchedule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);

    private final Vaults vaults;
    private final Retention retention;
    private final Runnable identity;
    private final BooleanSupplier isOurs;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("retention").factory());

    private RetentionSchedule(
            Vaults vaults, Retention retention, Runnable identity, BooleanSupplier isOurs, InstantSource clock) {
        this.vaults = vaults;
        this.retention = retention;
        this.identity = identity;
        this.isOurs = isOurs;
        this.clock = clock;
    }

    /**
     * Begins; the first look is after one interval, so that a start is not slower for it.
     *
     * @param isOurs whether this node is the one of all that looks
     */
    public static RetentionSchedule start(
            Database database,
            BooleanSupplier isOurs,
            VaultWork vaults,
            LogTails tails,
            RetentionWindows windows,
            Metrics metrics) {
        Retention retention = new Retention(
                new JournalHead(database, tails), new ItemsProjection(database), vaults, windows, metrics);
        Audit audit = new Audit(database);
        Pairings pairings = new Pairings(database);
        RestoreRequests restores = new RestoreRequests(database);
        Runnable identity = () -> {
            pairings.forgetExpired();
            restores.forgetOld();
            audit.forget(windows.audit());
        };
        RetentionSchedule schedule =
                new RetentionSchedule(new Vaults(database), retention, identity, isOurs, InstantSource.system());
        long intervalMs = windows.interval().toMillis();
        var _ = schedule.thread.scheduleWithFixedDelay(schedule::runAll, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
        return schedule;
    }

    private void runAll() {
        if (!isOurs.getAsBoolean()) {
            return;
        }
        forgetOfIdentity();
        try {
            List<VaultId> all =
                    vaults.list().stream().map(Vaults.Registration::vaultId).toList();
            for (VaultId vault : all) {
                if (!thread.isShutdown()) {
                    try (var _ = LogField.VAULT.of(vault)) {
                        run(vault);
                    }
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("the vaults could not be listed; nothing is forgotten until the next time", e);
        }
    }

    private void forgetOfIdentity() {
        try {
            identity.run();
        } catch (RuntimeException e) {
            LOG.warn("old entries of the audit are not forgotten until the next time: {}", e.toString());
        }
    }

    /** What fails is tried again the next time: nothing was deleted that is still needed. */
    private void run(VaultId vault) {
        try {
            retention.run(vault, clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("vault {} did not forget what is old: {}", vault, e.toString());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
