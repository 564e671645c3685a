package io.tinysync.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.EpochReply;
import io.tinysync.engine.vault.StateSaver;
import io.tinysync.engine.vault.Unavailable;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.VaultEntity;
import io.tinysync.engine.vault.VaultMemory;
import io.tinysync.engine.vault.VaultPorts;
import io.tinysync.engine.vault.VaultSnapshotsSetup;
import io.tinysync.server.cluster.ClusterSettings;
import io.tinysync.server.cluster.ClusterView;
import io.tinysync.server.cluster.HeldVaults;
import io.tinysync.server.cluster.NodeEvent;
import io.tinysync.server.cluster.NodeEvents;
import io.tinysync.server.cluster.VaultPlaces;
import io.tinysync.server.entity.MemorySettings;
import io.tinysync.server.entity.VaultCalls;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.JournalPool;
import io.tinysync.server.journal.LogTails;
import io.tinysync.server.journal.NamedBlobs;
import io.tinysync.server.journal.PostgresCatalog;
import io.tinysync.server.journal.PostgresJournal;
import io.tinysync.server.journal.PostgresLogIndex;
import io.tinysync.server.journal.PostgresRequestNumbers;
import io.tinysync.server.journal.PostgresVaultSnapshots;
import io.tinysync.server.journal.Restores;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.metrics.VaultMetrics;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import io.tinysync.server.projection.ItemsProjection;
import io.tinysync.server.readiness.Probe;
import io.tinysync.server.retention.RetentionSchedule;
import io.tinysync.server.retention.RetentionWindows;
import io.tinysync.server.startup.StartupException;
import io.tinysync.server.tracing.Tracing;
import io.tinysync.server.wake.Commits;
import io.tinysync.server.wake.Notice;
import io.tinysync.server.wake.WakeHub;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ClusterShardingHealthCheck;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import scala.jdk.javaapi.FutureConverters;

/** The actor system of one node, in a cluster with others or of its own, with the vaults' sharding and the wake hub. */
final class Node implements AutoCloseable {

    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    /** Reading a large vault's state and one write. */
    private static final Duration EPOCH_LIMIT = Duration.ofMinutes(2);

    /** States of vaults that are saved at once, and as many that are loaded: seconds of work each for a large one, and memory for it. */
    private static final int STATE_THREADS = 2;

    private final ActorSystem<Void> system;
    private final PostgresJournal journal;
    private final LogTails tails = new LogTails();
    private final NodeEvents events;
    private final AtomicReference<String> url = new AtomicReference<>("");
    private final ActorRef<WakeHub.Command> hub;
    private final Restores restores;
    private final List<ExecutorService> stateThreads;
    private final StateSaver saver;
    private final ClusterShardingHealthCheck shards;
    private final Tracing tracing;

    private Node(
            ActorSystem<Void> system,
            Database database,
            Executor threads,
            Metrics metrics,
            Tracing tracing,
            List<ExecutorService> stateThreads,
            StateSaver saver) {
        this.system = system;
        this.tracing = tracing;
        this.saver = saver;
        this.shards = new ClusterShardingHealthCheck(Adapter.toClassic(system));
        this.stateThreads = stateThreads;
        this.journal = new PostgresJournal(database, threads);
        this.restores = new Restores(database);
        this.events = new NodeEvents(system);
        this.hub = system.systemActorOf(
                WakeHub.create(journal, threads, metrics.wakes(), tracing), "wake-hub", Props.empty());
        events.listen("wakes", this::wake);
    }

    private void wake(NodeEvent event) {
        switch (event) {
            case NodeEvent.Committed committed ->
                hub.tell(new WakeHub.Committed(committed.wake(), commit(committed), committed.traceparent()));
            case NodeEvent.GrantsChanged() -> hub.tell(new WakeHub.GrantsChanged());
            case NodeEvent.Revoked _ -> {}
        }
    }

    private Optional<Notice.Commit> commit(NodeEvent.Committed committed) {
        return committed.micros() == 0
                ? Optional.empty()
                : Optional.of(new Notice.Commit(
                        committed.node().equals(url.get()), Instant.EPOCH.plus(committed.micros(), ChronoUnit.MICROS)));
    }

    /** Starts the node and waits until it is a member of its cluster. */
    static Node start(
            ServerSettings settings,
            DatabaseAddress address,
            Database database,
            Executor threads,
            Metrics metrics,
            Tracing tracing)
            throws StartupException {
        Config config = journalDatabase(address)
                // While nodes of two versions run, vaults that move go to those of the newer one.
                .withValue("pekko.cluster.app-version", ConfigValueFactory.fromAnyRef(Version.number()))
                .withFallback(settings.cluster().pekko())
                .withFallback(settings.config())
                .resolve();
        ExecutorService saving = Executors.newFixedThreadPool(STATE_THREADS, BackgroundThreads.named("saving-states-"));
        ExecutorService loading = Executors.newFixedThreadPool(
                STATE_THREADS,
                Thread.ofPlatform().daemon().name("loading-states-", 0).factory());
        StateSaver saver = new StateSaver(new PostgresVaultSnapshots(database), saving, loading);
        ActorSystemSetup setup = ActorSystemSetup.create(BootstrapSetup.create(config), new VaultSnapshotsSetup(saver));
        Node node = new Node(
                ActorSystem.create(Behaviors.empty(), "tinysync", setup),
                database,
                threads,
                metrics,
                tracing,
                List.of(saving, loading),
                saver);
        metrics.watch(saving, "saving-states");
        metrics.watch(loading, "loading-states");
        metrics.watch(JournalPool.of(node.system()));
        try {
            node.join(settings.cluster());
            node.shardVaults(settings, database, threads, metrics);
            node.awaitShards();
            metrics.versionIs(Cluster.get(node.system).selfMember().appVersion().toString());
            return node;
        } catch (StartupException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private static Config journalDatabase(DatabaseAddress address) {
        Map<String, Object> db = new HashMap<>();
        db.put("url", address.jdbcUrl());
        if (!address.user().isEmpty()) {
            db.put("user", address.user());
            db.put("password", address.password());
        }
        return ConfigFactory.parseMap(Map.of("pekko-persistence-jdbc.shared-databases.slick.db", db));
    }

    private void join(ClusterSettings settings) throws StartupException {
        Cluster cluster = Cluster.get(system);
        cluster.manager()
                .tell(
                        settings.hasOthers()
                                ? new JoinSeedNodes(settings.seedAddresses())
                                : Join.create(cluster.selfMember().address()));
        await(this::isUp, "the node did not join its cluster");
    }

    private void shardVaults(ServerSettings settings, Database database, Executor threads, Metrics metrics) {
        VaultPorts ports = new VaultPorts(
                journal,
                new PostgresRequestNumbers(database, threads),
                new PostgresLogIndex(database, threads),
                new PostgresCatalog(new Vaults(database), settings.limits(), threads),
                new Commits(tails, events, InstantSource.system(), url::get, tracing),
                metrics.vaults(),
                vaultMemory(settings.memory(), metrics.vaults()),
                InstantSource.system(),
                url::get);
        ClusterSharding.get(system).init(VaultEntity.sharded(ports));
    }

    private VaultMemory vaultMemory(MemorySettings settings, VaultMetrics metrics) {
        VaultMemory memory = new VaultMemory(settings.items(), settings.idle(), metrics, System::nanoTime);
        metrics.watch(memory);
        var _ = system.scheduler()
                .scheduleWithFixedDelay(
                        settings.lookEvery(), settings.lookEvery(), memory::letIdleGo, system.executionContext());
        return memory;
    }

    private void awaitShards() throws StartupException {
        await(() -> shardsRegistered().toCompletableFuture().join(), "the node could not take vaults");
    }

    private static void await(BooleanSupplier condition, String otherwise) throws StartupException {
        long deadline = System.nanoTime() + JOIN_LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new StartupException(otherwise + " within " + JOIN_LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Begins a new epoch in every vault if the database was restored, before any device is answered. */
    void beginEpochsAfterRestore(boolean announced) throws StartupException {
        restores.notice(announced);
        for (VaultId vault : restores.pending()) {
            EpochReply reply = beginEpoch(vault);
            switch (reply) {
                case EpochReply.Begun ignored -> restores.begun(vault);
                case Unavailable unavailable ->
                    throw new StartupException(
                            "vault " + vault + " could not begin a new epoch: " + unavailable.reason());
            }
        }
    }

    private EpochReply beginEpoch(VaultId vault) throws StartupException {
        try {
            return ClusterSharding.get(system)
                    .entityRefFor(VaultEntity.KEY, vault.toString())
                    .ask(VaultCommand.BeginEpoch::new, EPOCH_LIMIT)
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            return new Unavailable(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while vaults began a new epoch", e);
        }
    }

    /** Lets vaults forget what is older than its window, from now on. */
    RetentionSchedule startRetention(VaultWork vaults, RetentionWindows windows, Database database, Metrics metrics) {
        return RetentionSchedule.start(database, this::isOldest, vaults, tails, windows, metrics);
    }

    /** The work on vaults that are on this node. */
    VaultWork heldVaults(Database database) {
        return new HeldVaults(
                new VaultCalls(ClusterSharding.get(system)),
                saver,
                new ItemsProjection(database),
                new NamedBlobs(database));
    }

    /** Whether the node is a member of its cluster that takes part in everything. */
    Probe memberProbe() {
        return new Probe(
                "member",
                () -> CompletableFuture.completedFuture(
                        isUp()
                                ? Optional.empty()
                                : Optional.of("is "
                                        + Cluster.get(system)
                                                .selfMember()
                                                .status()
                                                .toString()
                                                .toLowerCase(Locale.ROOT))));
    }

    /** Whether the cluster knows that vaults may come to this node; once it does, that is never again in question. */
    Probe shardsProbe() {
        return new Probe(
                "shards",
                () -> shardsRegistered()
                        .thenApply(registered -> registered
                                ? Optional.empty()
                                : Optional.of("the cluster does not know this node yet")));
    }

    private CompletionStage<Boolean> shardsRegistered() {
        return FutureConverters.asJava(shards.apply()).thenApply(Boolean.class::cast);
    }

    boolean isUp() {
        return Cluster.get(system).selfMember().status().equals(MemberStatus.up());
    }

    /** From now on other nodes may send requests here. */
    void isReachedAt(String nodeUrl) {
        url.set(nodeUrl);
    }

    NodeEvents events() {
        return events;
    }

    VaultPlaces places() {
        return new VaultPlaces(ClusterSharding.get(system), url::get);
    }

    /** The cluster as this node sees it. */
    ClusterView cluster() {
        return ClusterView.of(system);
    }

    boolean isOldest() {
        return cluster().isOldest();
    }

    /** Ends when the actor system does, for whatever reason. */
    CompletionStage<Done> terminated() {
        return system.getWhenTerminated();
    }

    ActorSystem<Void> system() {
        return system;
    }

    PostgresJournal journal() {
        return journal;
    }

    LogTails logTails() {
        return tails;
    }

    ActorRef<WakeHub.Command> hub() {
        return hub;
    }

    /** Ends the vaults after what they are doing, leaves the cluster, and ends the actor system. */
    @Override
    public void close() {
        try {
            CoordinatedShutdown.get(system)
                    .runAll(CoordinatedShutdown.jvmExitReason())
                    .toCompletableFuture()
                    .get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            system.log().warn("the actor system did not end in order", e);
        }
        stateThreads.forEach(ExecutorService::shutdownNow);
    }
}
