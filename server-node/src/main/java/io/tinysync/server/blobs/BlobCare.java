package io.tinysync.server.blobs;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.collection.CollectionReport;
import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.engine.blob.collection.Collector;
import io.tinysync.engine.protocol.Maintenance.CollectReport;
import io.tinysync.engine.protocol.Maintenance.VerifyReport;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.NamedBlobs;
import io.tinysync.server.postgres.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs over all blobs of the server: the collection, by itself every so often and when it is asked for, and the verification. */
public final class BlobCare implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BlobCare.class);

    private final BlobStore store;
    private final StoreView view;
    private final StoreOwner owner;
    private final PostgresBlobLedger ledger;
    private final Vaults vaults;
    private final VaultWork trees;
    private final NamedBlobs named;
    private final CollectionRules rules;
    private final Executor threads;
    private final Job<CollectReport> collection;
    private final Job<VerifyReport> verification;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("blob-collection-timer").factory());

    /** @param threads for runs, which block for long: virtual ones */
    public BlobCare(
            ActorSystem<?> system,
            Database database,
            BlobStore store,
            VaultWork trees,
            CollectionRules rules,
            Executor threads) {
        this.store = store;
        this.view = new StoreView(store, system);
        this.owner = new StoreOwner(database, store);
        this.ledger = new PostgresBlobLedger(database, rules);
        this.vaults = new Vaults(database);
        this.trees = trees;
        this.named = new NamedBlobs(database);
        this.rules = rules;
        this.threads = threads;
        this.collection = new Job<>("collection of blobs", threads);
        this.verification = new Job<>("verification of blobs", threads);
    }

    /**
     * Collects from now on, the first time after one interval.
     *
     * @param isOurs whether this node is the one of all that collects
     */
    public BlobCare every(Duration interval, BooleanSupplier isOurs) {
        var _ = timer.scheduleWithFixedDelay(
                () -> {
                    if (isOurs.getAsBoolean()) {
                        collect(false);
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
        return this;
    }

    public Job<CollectReport> collection() {
        return collection;
    }

    public Job<VerifyReport> verification() {
        return verification;
    }

    /** Starts a run; false if one is under way. */
    public boolean collect(boolean dryRun) {
        return collection.start(() -> collected(dryRun));
    }

    private CollectReport collected(boolean dryRun) throws Exception {
        Optional<String> refusal = owner.refusal();
        if (refusal.isPresent()) {
            throw new IOException("the blob store is left alone: " + refusal.get());
        }
        VaultReachability reachability = new VaultReachability(vaults, trees, named);
        if (!dryRun) {
            reachability.dropUnreached();
            store.removeLeftovers(rules.unnamed()).toCompletableFuture().get();
        }
        CollectionReport report = new Collector(view, ledger, reachability).run(dryRun);
        return new CollectReport(
                report.dryRun(),
                report.stored(),
                report.storedBytes(),
                report.condemned(),
                report.condemnedBytes(),
                report.spared(),
                report.deleted());
    }

    /** Starts a verification; false if one is under way. */
    public boolean verify() {
        return verification.start(() -> new Verification(view, vaults, trees, named).run());
    }

    /** Has the deletion of a blob whose bytes have come again ended, if whoever began it has given it up. Does not wait for it. */
    public void takeOverDeletion(Sha256 id) {
        if (ledger.isAbandoned(id)) {
            threads.execute(() -> endDeletion(id));
        }
    }

    private void endDeletion(Sha256 id) {
        try {
            ledger.delete(id, () -> view.delete(id));
        } catch (IOException e) {
            LOG.warn("blob {} could not be deleted, and stays so until the next attempt: {}", id, e.toString());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
