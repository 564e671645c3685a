package io.tinysync.server;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.server.blobs.BlobCare;
import io.tinysync.server.blobs.BlobLeases;
import io.tinysync.server.blobs.StoreOwner;
import io.tinysync.server.cluster.ClusterClaim;
import io.tinysync.server.cluster.ClusterSettings;
import io.tinysync.server.cluster.PeerWork;
import io.tinysync.server.cluster.Peers;
import io.tinysync.server.cluster.VaultsAnywhere;
import io.tinysync.server.cluster.Withdrawals;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.http.HttpServer;
import io.tinysync.server.http.HttpServices;
import io.tinysync.server.identity.AdminToken;
import io.tinysync.server.identity.DeviceAccess;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.identity.RememberedAccess;
import io.tinysync.server.journal.VaultLog;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.DatabaseAddress;
import io.tinysync.server.postgres.EmbeddedPostgres;
import io.tinysync.server.projection.ItemsProjection;
import io.tinysync.server.projection.ProjectionFollower;
import io.tinysync.server.readiness.Probe;
import io.tinysync.server.readiness.Readiness;
import io.tinysync.server.startup.DirectoryLock;
import io.tinysync.server.startup.StartupException;
import io.tinysync.server.tls.CertificateFiles;
import io.tinysync.server.tls.ServerTls;
import io.tinysync.server.tracing.Tracing;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: everything that it is made of, started in order and stopped in the opposite one. */
final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final ServerSettings settings;
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private volatile boolean closing;
    private String url = "";

    private Server(ServerSettings settings) {
        this.settings = settings;
    }

    /** Starts all parts; if one cannot start, those before it are stopped again. Requests are answered when this returns. */
    static Server start(ServerSettings settings) throws StartupException {
        Server server = new Server(settings);
        try {
            server.startParts();
            return server;
        } catch (IOException e) {
            server.close();
            throw new StartupException(e.getClass().getSimpleName() + ": " + e.getMessage(), e);
        } catch (StartupException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void startParts() throws IOException, StartupException {
        started(DirectoryLock.take(settings.data()));
        HttpServer.checkFree(settings.listen());
        Optional<ServerTls> tls = tls();
        AdminToken adminToken =
                AdminToken.load(settings.adminToken(), settings.data().resolve("admin-token"));
        DatabaseAddress address = databaseAddress();
        Database database = started(Database.open(address));
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("server-", 0).factory());
        started(threads::shutdownNow);
        Metrics metrics = started(new Metrics());
        database.countBy(metrics);
        String name = settings.cluster().host() + ":" + settings.listen().getPort();
        Tracing tracing = started(Tracing.start(settings.tracing(), name));
        Node node = started(Node.start(settings, address, database, threads, metrics, tracing));
        if (settings.cluster().hasOthers()) {
            started(ClusterClaim.start(database, node::cluster, this::failForOtherCluster));
        }
        node.beginEpochsAfterRestore(settings.restored());
        Peers peers = new Peers(name, settings.cluster(), settings.tls().trusted());
        VaultWork held = node.heldVaults(database);
        VaultWork vaults = new VaultsAnywhere(held, node.places(), new PeerWork(peers, adminToken));
        started(node.startRetention(vaults, settings.retention(), database, metrics));
        BlobStore blobs = started(settings.blobs().open(settings.uploads(), node.system(), threads));
        StoreOwner owner = new StoreOwner(database, blobs);
        checkOwner(owner);
        CollectionRules rules = settings.collection().rules();
        BlobCare care = started(new BlobCare(node.system(), database, blobs, vaults, rules, threads));
        ProjectionFollower projection =
                started(ProjectionFollower.start(new ItemsProjection(database), vaults, node::isOldest, metrics));
        RememberedAccess remembered = new RememberedAccess(settings.rememberedAccess(), System::nanoTime);
        Withdrawals withdrawals = new Withdrawals(node.system(), remembered::forgetAll, RememberedAccess.MAX_AGE);
        HttpServices services = new HttpServices(
                database,
                blobs,
                new BlobLeases(database, rules),
                care.every(settings.collection().interval(), node::isOldest),
                node.journal(),
                new VaultLog(database, node.logTails()),
                node.hub(),
                node.events(),
                new DeviceAccess(new Devices(database), remembered, withdrawals::reachesAll, metrics.access()),
                withdrawals,
                settings.trustedProxies(),
                node.places(),
                peers,
                held,
                projection,
                adminToken,
                settings.openRegistration(),
                settings.limits(),
                settings.heartbeat(),
                settings.sockets(),
                settings.patience(),
                metrics,
                tracing,
                threads,
                readiness(node, owner, threads));
        HttpServer http =
                started(HttpServer.start(node.system(), services, settings.listen(), tls, settings.drainTimeout()));
        url = http.url();
        node.isReachedAt(nodeUrl(http));
        failWhenPutOut(node);
    }

    private Optional<ServerTls> tls() throws StartupException {
        Optional<CertificateFiles> files = settings.tls().files();
        return files.isPresent() ? Optional.of(ServerTls.start(files.get())) : Optional.empty();
    }

    private static Readiness readiness(Node node, StoreOwner owner, Executor threads) {
        return new Readiness(List.of(
                node.memberProbe(),
                node.shardsProbe(),
                Probe.blocking("journal", node.journal()::fault, threads),
                Probe.blocking("blobs", owner::refusalNow, threads)));
    }

    /** How the other nodes call this one. */
    private String nodeUrl(HttpServer http) {
        ClusterSettings cluster = settings.cluster();
        URI own = URI.create(http.url());
        return cluster.url().map(URI::toString).orElse(own.getScheme() + "://" + cluster.host() + ":" + own.getPort());
    }

    /** What a node has missed that was put out of its cluster it cannot know; whoever runs it starts it again. */
    private void failWhenPutOut(Node node) {
        var _ = node.terminated().thenAccept(done -> {
            if (!closing) {
                failure.complete("this node was put out of the cluster, whose other nodes did not reach it any more");
            }
        });
    }

    private void failForOtherCluster() {
        failure.complete("another cluster works on this database; started again, this node joins it if it reaches it");
    }

    /** A store that does not answer now may do so later, and is asked again before anything in it is deleted. */
    private void checkOwner(StoreOwner owner) throws StartupException {
        try {
            Optional<String> refusal = owner.refusal();
            if (refusal.isPresent()) {
                throw new StartupException("the blob store " + settings.blobs() + " cannot be used: " + refusal.get());
            }
        } catch (IOException e) {
            LOG.warn("the blob store {} does not say whose it is: {}", settings.blobs(), e.toString());
        }
    }

    private DatabaseAddress databaseAddress() throws IOException, StartupException {
        if (settings.databaseUrl().isPresent()) {
            return DatabaseAddress.parse(settings.databaseUrl().get());
        }
        EmbeddedPostgres postgres = started(
                EmbeddedPostgres.start(settings.data().resolve("postgres"), ServerSettings.cache(System.getenv())));
        String log = settings.data().resolve("postgres/postgres.log").toString();
        var _ = postgres.onExit().thenAccept(process -> {
            if (!closing) {
                failure.complete("PostgreSQL has ended, see " + log);
            }
        });
        return postgres.address();
    }

    private synchronized <T extends AutoCloseable> T started(T part) {
        parts.push(part);
        return part;
    }

    String url() {
        return url;
    }

    /** Waits until the server cannot go on; why. */
    String awaitFailure() {
        return failure.join();
    }

    /** Drains and stops everything. Again does nothing. */
    @Override
    public void close() {
        closing = true;
        stopParts();
    }

    private synchronized void stopParts() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.warn("{} did not stop in order", part.getClass().getSimpleName(), e);
            }
        }
    }
}
