package io.tinysync.suites;

import io.tinysync.client.Refusal;
import io.tinysync.client.cli.AdminTokenOption;
import io.tinysync.client.state.CaCertificates;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code tinysync load SUITE}. Exit codes: 0 a rate held, 1 none did or something failed, 2 wrong usage. */
@Command(
        name = "tinysync load",
        description = "Runs a load suite: DeviceFleet, MutationStorm, BlobTraffic, WakeFanOut, Bootstrap, Reconnect or"
                + " Soak. docs/load-tests.md says what each does.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class RunSuite implements Callable<Integer> {

    private static final int MAX_NODES = 9;
    private static final int FIRST_PORT = 17_420;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

    @Parameters(paramLabel = "SUITE", description = "its name")
    private String name = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            split = ",",
            description = "servers to test, instead of own ones; give --admin-token-file too")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "certificates in PEM to trust beside the system's, of servers with an authority of their own"
                    + " (default: TINYSYNC_CA)")
    private @Nullable Path ca;

    @Mixin
    private AdminTokenOption admin = new AdminTokenOption();

    @Option(names = "--nodes", paramLabel = "N", description = "an own cluster of so many nodes, not one own server")
    private int nodes;

    @Option(names = "--minutes", paramLabel = "N", description = "for all steps; default 10, for Soak 60")
    private int minutes;

    @Option(names = "--report", paramLabel = "DIR", description = "where the reports go; default a new directory")
    private @Nullable Path report;

    @Option(names = "--rate", paramLabel = "N", description = "the first step's, in the suite's unit")
    private long rate;

    @Option(names = "--seconds", paramLabel = "N", description = "how long a step sends requests")
    private long seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "for so many seconds the first rate is sent and not counted; default as long as a step")
    private long warmUpSeconds = -1;

    @Option(names = "--steps", paramLabel = "N", description = "no more than so many")
    private int steps = Integer.MAX_VALUE;

    @Option(names = "--p99", paramLabel = "MS", description = "the longest 99th percentile that holds")
    private int p99Ms;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "only these kinds of request, of suites that send several at a rate")
    private List<String> only = new ArrayList<>();

    private final Path checkout;
    private final PrintStream out;
    private final Map<String, String> environment;

    /**
     * The command.
     *
     * @param checkout the directory of the launcher
     * @param environment of own servers
     */
    RunSuite(Path checkout, PrintStream out, Map<String, String> environment) {
        this.checkout = checkout;
        this.out = out;
        this.environment = Map.copyOf(environment);
    }

    public static void main(String[] arguments) {
        Path launcher = Path.of(System.getProperty("tinysync.launcher")).toAbsolutePath();
        // A step that has nobody to tell must not go on.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().children().forEach(ProcessHandle::destroy), "stop the step"));
        RunSuite suite = new RunSuite(launcher.resolve("..").normalize(), System.out, Map.of());
        System.exit(new CommandLine(suite).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try {
            return measured();
        } catch (IOException | IllegalStateException | Refusal e) {
            System.err.println("tinysync load: " + Objects.requireNonNullElse(e.getMessage(), e.toString()));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int measured() throws Exception {
        Optional<Suite> suite = Suite.named(name);
        Optional<String> wrong = suite.isEmpty() ? Optional.of("SUITE is one of " + Suite.titles()) : wrongOption();
        if (wrong.isPresent()) {
            System.err.println("tinysync load: " + wrong.get());
            return CommandLine.ExitCode.USAGE;
        }
        Path directory = report != null
                ? Files.createDirectories(report).toAbsolutePath()
                : Files.createTempDirectory("tinysync-load-report");
        try (Deployment deployment = deployment(directory)) {
            return run(suite.get(), deployment, directory) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private Optional<String> wrongOption() {
        if (nodes < 0 || nodes > MAX_NODES || minutes < 0 || rate < 0 || seconds < 0 || steps < 1 || p99Ms < 0) {
            return Optional.of("--nodes must be 1 to " + MAX_NODES + ", and every other number positive");
        }
        if (!urls.isEmpty() && admin.token().isEmpty()) {
            return Optional.of("--url needs --admin-token-file or TINYSYNC_ADMIN_TOKEN");
        }
        return !urls.isEmpty() && nodes > 0 ? Optional.of("--url and --nodes exclude each other") : Optional.empty();
    }

    private Deployment deployment(Path directory) throws Exception {
        if (!urls.isEmpty()) {
            return Deployment.given(
                    urls.stream().map(url -> url.replaceFirst("/+$", "")).toList(),
                    admin.token().orElseThrow());
        }
        return nodes > 0
                ? Deployment.ofCluster(checkout, nodes, FIRST_PORT, environment)
                : Deployment.ofOneNode(checkout, directory, environment);
    }

    private boolean run(Suite suite, Deployment deployment, Path directory) throws Exception {
        TrustStore trusted = trusted(deployment, directory);
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10));
        trusted.applyTo(client);
        try (HttpClient http = client.build()) {
            Figures.of(suite, deployment, http).forEach(out::println);
            Fixture fixture =
                    new Fixture(http, deployment.urls().getFirst(), deployment.adminToken(), "load " + suite.title());
            Steps run = new Steps(suite, new StepRun(checkout, directory, trusted), fixture, deployment, http);
            try {
                return suite == Suite.SOAK ? soak(run) : findMaximum(run);
            } finally {
                if (!deployment.isOwn()) {
                    fixture.remove();
                }
                out.println("reports in " + directory);
            }
        }
    }

    /** Own servers are asked without TLS. */
    private TrustStore trusted(Deployment deployment, Path directory) throws IOException, GeneralSecurityException {
        if (deployment.isOwn()) {
            return TrustStore.OF_THE_RUNTIME;
        }
        Optional<CaCertificates> named =
                ca == null ? CaCertificates.of(System.getenv()) : Optional.of(CaCertificates.read("--ca", ca));
        return named.isPresent() ? TrustStore.with(named.get(), directory) : TrustStore.OF_THE_RUNTIME;
    }

    private boolean findMaximum(Steps run) throws Exception {
        warmUp(run);
        Instant end = Instant.now().plus(minutes > 0 ? Duration.ofMinutes(minutes) : LONG_ENOUGH);
        RateSteps rates = new RateSteps(firstRate(run.suite()));
        Capacity capacity = new Capacity(run.suite());
        int count = 0;
        for (var next = rates.next();
                next.isPresent()
                        && count < steps
                        && (count == 0 || Instant.now().isBefore(end));
                next = rates.next()) {
            StepResult step = step(run, next.getAsLong(), stepSeconds(run.suite()));
            say(run.suite(), step);
            rates.tried(step.rate(), step.held());
            capacity.add(step);
            count++;
        }
        out.println(capacity.line(Figures.loadAverage()));
        return capacity.held().isPresent();
    }

    /** A server whose code is not compiled yet, or whose vaults are not loaded, has another capacity. */
    private void warmUp(Steps run) throws Exception {
        long length = warmUpSeconds < 0 ? stepSeconds(run.suite()) : warmUpSeconds;
        if (length > 0) {
            StepResult step = step(run, firstRate(run.suite()), length);
            out.printf(
                    "warmed up for %d s with %d requests%n", length, step.all().requests());
        }
    }

    private long stepSeconds(Suite suite) {
        return seconds > 0 ? seconds : suite.stepLength().toSeconds();
    }

    private boolean soak(Steps run) throws Exception {
        Duration length = minutes > 0 ? Duration.ofMinutes(minutes) : Duration.ofHours(1);
        Capacity capacity = new Capacity(run.suite());
        try (Sampler sampler = Sampler.start(run.http(), run.deployment())) {
            StepResult step = step(run, firstRate(run.suite()), seconds > 0 ? seconds : length.toSeconds());
            say(run.suite(), step);
            capacity.add(step);
            Footprint.Verdict footprint = Footprint.judge(sampler.samples());
            out.println(capacity.line(Figures.loadAverage()) + "; " + footprint.sentence());
            return capacity.held().isPresent() && footprint.isFlat();
        }
    }

    private long firstRate(Suite suite) {
        return rate > 0 ? rate : suite.firstRate();
    }

    /** What the steps of one run share. */
    private record Steps(Suite suite, StepRun runner, Fixture fixture, Deployment deployment, HttpClient http) {}

    private StepResult step(Steps run, long stepRate, long stepSeconds) throws Exception {
        List<LoadVault> vaults = run.fixture().shaped(run.suite().shape(stepRate));
        int limitMs = p99Ms > 0 ? p99Ms : run.suite().p99Ms();
        StepPlan plan = new StepPlan(run.deployment().urls(), stepRate, stepSeconds, limitMs, only, vaults);
        return run.runner().run(run.suite(), plan);
    }

    private void say(Suite suite, StepResult step) {
        out.printf(
                "%d %s: %s (load average %s, %s)%n",
                step.rate(),
                suite.unit(),
                step.held() ? "held" : "gave way: " + String.join("; ", step.broken()),
                Figures.loadAverage(),
                step.page());
        for (StepResult.Times kind : step.kinds()) {
            out.printf(
                    "  %-26s %7d requests %8.1f/s %5d failed   p50 %5d ms   p95 %5d ms   p99 %5d ms%n",
                    kind.name(),
                    kind.requests(),
                    kind.perSecond(),
                    kind.failed(),
                    kind.p50Ms(),
                    kind.p95Ms(),
                    kind.p99Ms());
        }
    }
}
