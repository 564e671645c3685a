package io.tinysync.server.http;

import io.tinysync.server.identity.Audit;
import io.tinysync.server.identity.Devices;
import io.tinysync.server.identity.Groups;
import io.tinysync.server.identity.Pairings;
import io.tinysync.server.identity.RestoreRequests;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.journal.HeldBlobs;
import io.tinysync.server.journal.ListedVaults;
import io.tinysync.server.links.Links;
import io.tinysync.server.links.SharedItems;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.startup.StartupException;
import io.tinysync.server.tls.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bound HTTP server. */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final Duration BIND_LIMIT = Duration.ofSeconds(20);

    private final HttpBinding.Bound binding;
    private final SocketPlaces sockets;
    private final SessionCare care;
    private final String origin;
    private final Duration drainTimeout;

    private HttpServer(
            HttpBinding.Bound binding, SocketPlaces sockets, SessionCare care, String origin, Duration drainTimeout) {
        this.care = care;
        this.binding = binding;
        this.sockets = sockets;
        this.origin = origin;
        this.drainTimeout = drainTimeout;
    }

    /**
     * Binds the address; requests are answered when this returns.
     *
     * @param tls by which all connections are encrypted; none: no connection is
     */
    public static HttpServer start(
            ActorSystem<?> system,
            HttpServices services,
            InetSocketAddress listen,
            Optional<ServerTls> tls,
            Duration drainTimeout)
            throws StartupException {
        SocketPlaces sockets = new SocketPlaces(services.sockets());
        Sessions sessions = new Sessions(System::nanoTime);
        Devices devices = new Devices(services.database());
        ForwardedSender sender = new ForwardedSender(services.adminToken());
        Routes routes = new Routes(routes(system, services, sessions, sockets, sender));
        Api api = new Api(
                routes,
                new Authenticator(
                        services.adminToken(),
                        services.access(),
                        new DeviceRates(services.limits().requestsPerSecond(), System::nanoTime)),
                sessions,
                services.metrics(),
                services.patience(),
                services.tracing(),
                system,
                services.threads());
        try {
            AcceptedSockets accepted = new AcceptedSockets(services.patience());
            HttpBinding.Bound binding = HttpBinding.bind(
                            system,
                            listen,
                            tls.map(ServerTls::engines),
                            accepted,
                            watched(answering(api, services.proxies(), sender), services, accepted))
                    .toCompletableFuture()
                    .get(BIND_LIMIT.toSeconds(), TimeUnit.SECONDS);
            leaveWithTheCluster(system, sockets);
            SessionCare care = SessionCare.start(sessions, devices, services.events());
            return new HttpServer(binding, sockets, care, origin(listen, tls), drainTimeout);
        } catch (ExecutionException | TimeoutException e) {
            throw refusal(listen, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while binding", e);
        }
    }

    private static String origin(InetSocketAddress listen, Optional<ServerTls> tls) {
        String host = listen.getHostString();
        return (tls.isPresent() ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host);
    }

    /** Each connection has one request at a time. */
    private static Flow<HttpRequest, HttpResponse, NotUsed> watched(
            Function<HttpRequest, CompletionStage<HttpResponse>> answering,
            HttpServices services,
            AcceptedSockets accepted) {
        var watch = new ConnectionWatch(
                services.patience(), accepted, services.metrics().connections());
        return BidiFlow.fromGraph(watch).join(Flow.of(HttpRequest.class).mapAsync(1, answering));
    }

    private static Function<HttpRequest, CompletionStage<HttpResponse>> answering(
            Api api, TrustedProxies proxies, ForwardedSender sender) {
        return request -> api.answer(sender.seen(proxies.seen(request)));
    }

    /** A node that is put out of its cluster ends without being asked to; its sockets are told first. */
    private static void leaveWithTheCluster(ActorSystem<?> system, SocketPlaces sockets) {
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "sockets-go-elsewhere", sockets::leave);
    }

    /** Finds out early, before anything costly is started, that the address cannot be had. */
    public static void checkFree(InetSocketAddress listen) throws StartupException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(listen.getHostString(), listen.getPort()));
        } catch (IOException e) {
            throw refusal(listen, e);
        }
    }

    private static StartupException refusal(InetSocketAddress listen, Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StartupException(
                "cannot listen on " + listen.getHostString() + ":" + listen.getPort() + ": " + root.getMessage(), e);
    }

    private static List<Route> routes(
            ActorSystem<?> system,
            HttpServices services,
            Sessions sessions,
            SocketPlaces sockets,
            ForwardedSender sender) {
        Database database = services.database();
        Metrics metrics = services.metrics();
        VaultClient client = new VaultClient(ClusterSharding.get(system), services.tracing());
        HeldBlobs heldBlobs = new HeldBlobs(database);
        ShortBlobRoutes shortBlobs = new ShortBlobRoutes(services, heldBlobs);
        AtVault atVault = new AtVault(
                new Vaults(database),
                services.places(),
                services.peers(),
                sender,
                metrics.requests(),
                services.tracing());
        PairingRoutes pairings = new PairingRoutes(new Pairings(database), metrics.pairings());
        return Stream.of(
                        new DeviceRoutes(
                                        new Devices(database),
                                        pairings,
                                        sessions,
                                        services.openRegistration(),
                                        services.events(),
                                        services.withdrawals())
                                .routes(),
                        pairings.routes(),
                        new GroupRoutes(new Groups(database), services.events(), services.withdrawals()).routes(),
                        new AuditRoutes(new Audit(database)).routes(),
                        new VaultRoutes(
                                        new Vaults(database),
                                        new ListedVaults(database, services.limits()),
                                        atVault,
                                        client,
                                        services.journal(),
                                        services.limits())
                                .routes(),
                        new SyncRoutes(
                                        atVault,
                                        shortBlobs,
                                        client,
                                        heldBlobs,
                                        services.leases(),
                                        services.log(),
                                        new RestoreRequests(database),
                                        metrics)
                                .routes(),
                        new BlobRoutes(services, heldBlobs).routes(),
                        shortBlobs.routes(),
                        new LinkRoutes(new Links(database), new SharedItems(database)).routes(),
                        new PublicRoutes(system, services).routes(),
                        new MaintenanceRoutes(services.care()).routes(),
                        new ProjectionRoutes(new Vaults(database), services.projection()).routes(),
                        new WakeRoute(
                                        services.hub(),
                                        sockets,
                                        upgrade(system, services.heartbeat(), sockets),
                                        metrics.wakes())
                                .routes(),
                        new InternalRoutes(atVault, services.vaults(), services.threads()).routes(),
                        new DocsRoutes().routes(),
                        new OperatorRoutes(metrics, services.readiness()).routes())
                .flatMap(List::stream)
                .toList();
    }

    private static WakeRoute.Upgrade upgrade(ActorSystem<?> system, Heartbeat heartbeat, SocketPlaces sockets) {
        return (asked, handler) -> heartbeat.accept(asked, handler, sockets::isLeaving, system);
    }

    /** Where it listens, with the port that was taken. */
    public String url() {
        return origin + ":" + binding.address().getPort();
    }

    /** Accepts no more, sends the sockets elsewhere, and waits for the requests in flight, for a limited time. */
    @Override
    public void close() {
        care.close();
        var _ = sockets.leave();
        try {
            binding.terminate(drainTimeout)
                    .toCompletableFuture()
                    .get(2 * drainTimeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("requests in flight were cut off", e);
        }
    }
}
