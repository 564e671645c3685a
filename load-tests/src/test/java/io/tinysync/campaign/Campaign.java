package io.tinysync.campaign;

import io.tinysync.campaign.check.HistoryChecker;
import io.tinysync.campaign.check.Report;
import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.nodes.AdminCalls;
import io.tinysync.nodes.ClusterNode;
import io.tinysync.nodes.FaultyNetwork;
import io.tinysync.nodes.LocalCluster;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Devices write to vaults of a real cluster through all of its nodes, each request and answer is recorded, and one fault after the other is
 * done to the cluster. Afterwards the history is checked.
 */
final class Campaign {

    static final int NODES = 3;

    private static final String ADMIN_TOKEN = "the-admin-token-of-the-campaign";

    /** Longer than a vault takes to be on another node. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    /** Between a device's requests: the history grows with them, and the machine has other things to do. */
    private static final Duration PAUSE = Duration.ofMillis(40);

    /** A request whose answer a client gave up may still be under way in a server, all of whose parts are well again. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(3);

    private final Settings settings;
    private final Consumer<String> log;
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);

    private Campaign(Settings settings, Consumer<String> log) {
        this.settings = settings;
        this.log = log;
    }

    /**
     * What is to be done.
     *
     * @param seed of the faults' order and of what devices write
     * @param length faults go on for at least so long; each kind is done once at least
     * @param lasting how long a fault of a link lasts beyond the moment at which it has hit
     * @param directory for the cluster's data, its logs and the history
     * @param environment of the nodes
     */
    record Settings(
            long seed,
            Duration length,
            Duration lasting,
            int vaults,
            int devices,
            Path checkout,
            Path directory,
            Path cache,
            Map<String, String> environment) {

        Settings {
            environment = Map.copyOf(environment);
        }

        Path history() {
            return directory.resolve("history.jsonl");
        }
    }

    /**
     * What came of it.
     *
     * @param faults how often each was done, and hit
     * @param unexpected nodes that ended though no fault had them end
     */
    record Outcome(Map<Fault, Integer> faults, List<String> unexpected, Report report) {

        Outcome {
            faults = Map.copyOf(faults);
            unexpected = List.copyOf(unexpected);
        }

        int count() {
            return faults.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** @param log takes a line for each fault */
    static Outcome run(Settings settings, Consumer<String> log) throws Exception {
        return new Campaign(settings, log).run();
    }

    private Outcome run() throws Exception {
        List<String> unexpected;
        try (FaultyNetwork network = new FaultyNetwork(NODES);
                LocalCluster cluster = LocalCluster.prepare(plan(network));
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(3))
                        .build();
                HistoryWriter writer = HistoryWriter.create(settings.history())) {
            cluster.start();
            List<String> urls = cluster.nodes().stream().map(ClusterNode::url).toList();
            AdminCalls admin = new AdminCalls(http, urls.getFirst(), ADMIN_TOKEN);
            List<RecordedVault> vaults = vaults(admin, urls, http, writer);
            FaultInjector injector =
                    new FaultInjector(cluster, network, admin, http, settings.lasting(), new Random(settings.seed()));
            writing(vaults, () -> faults(injector));
            Thread.sleep(AFTERWARDS);
            for (RecordedVault vault : vaults) {
                vault.finish();
            }
            unexpected = injector.unexpected();
        }
        return new Outcome(done, unexpected, HistoryChecker.check(History.in(settings.history())));
    }

    private LocalCluster.Plan plan(FaultyNetwork network) {
        return new LocalCluster.Plan(
                settings.checkout(),
                settings.directory(),
                settings.cache(),
                NODES,
                network,
                ADMIN_TOKEN,
                settings.environment());
    }

    private List<RecordedVault> vaults(AdminCalls admin, List<String> urls, HttpClient http, HistoryWriter writer)
            throws Exception {
        List<RecordedVault> vaults = new ArrayList<>();
        for (int i = 0; i < settings.vaults(); i++) {
            long seed = settings.seed() * settings.vaults() + i;
            vaults.add(RecordedVault.create(admin, urls, http, PATIENCE, writer, settings.devices(), seed));
        }
        return vaults;
    }

    private interface Step {
        void run() throws Exception;
    }

    /** All devices work while something else happens. */
    private static void writing(List<RecordedVault> vaults, Step meanwhile) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> working = new ArrayList<>();
            for (RecordedVault vault : vaults) {
                for (RecordingClient client : vault.clients()) {
                    working.add(threads.submit(() -> {
                        client.workUntil(over::get, PAUSE);
                        return null;
                    }));
                }
            }
            try {
                meanwhile.run();
            } finally {
                over.set(true);
            }
            for (Future<?> work : working) {
                await(work);
            }
        }
    }

    private static void await(Future<?> work) throws InterruptedException {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client failed", e.getCause());
        }
    }

    /** Every kind in one order, then in another, and so on. */
    private void faults(FaultInjector injector) throws Exception {
        long began = System.nanoTime();
        Random random = new Random(settings.seed());
        List<Fault> kinds = new ArrayList<>(Arrays.asList(Fault.values()));
        do {
            Collections.shuffle(kinds, random);
            for (Fault fault : kinds) {
                if (!done.containsKey(fault)
                        || System.nanoTime() - began < settings.length().toNanos()) {
                    inject(injector, fault, began);
                }
            }
        } while (System.nanoTime() - began < settings.length().toNanos());
    }

    private void inject(FaultInjector injector, Fault fault, long began) throws Exception {
        long before = System.nanoTime();
        String hit = injector.inject(fault);
        int count = done.merge(fault, 1, Integer::sum);
        log.accept("%4d s  %s %d: %s (%d ms)"
                .formatted(
                        Duration.ofNanos(before - began).toSeconds(),
                        fault,
                        count,
                        hit,
                        Duration.ofNanos(System.nanoTime() - before).toMillis()));
    }
}
