package io.tinysync.nodes;

import io.tinysync.server.identity.AdminToken;
import io.tinysync.server.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tinysync cluster}. Exit codes: 0 stopped when asked to, 1 could not start, 2 wrong usage. */
@Command(
        name = "tinysync cluster",
        description = "Runs a cluster of servers on this machine, for trying things out, until Ctrl-C or SIGTERM.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class RunCluster implements Callable<Integer> {

    private static final int MAX_NODES = 9;
    private static final int MAX_FIRST_PORT = 65_000;

    @Option(names = "--nodes", paramLabel = "N", description = "how many, 1 to 9; default 3", defaultValue = "3")
    private int nodes;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "of the first node's HTTP API, the others follow; default 7420",
            defaultValue = "7420")
    private int port;

    @Option(names = "--data", paramLabel = "DIR", description = "what is kept, default $XDG_DATA_HOME/tinysync/cluster")
    private @Nullable Path data;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RunCluster()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (nodes < 1 || nodes > MAX_NODES || port < 1 || port > MAX_FIRST_PORT) {
            System.err.println("tinysync cluster: --nodes must be 1 to 9, and --port 1 to " + MAX_FIRST_PORT);
            return CommandLine.ExitCode.USAGE;
        }
        AtomicReference<LocalCluster> running = new AtomicReference<>();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running.get()), "stop"));
        try {
            LocalCluster.Plan plan = plan();
            LocalCluster cluster = LocalCluster.prepare(plan);
            running.set(cluster);
            cluster.start();
            say(cluster, plan.adminToken());
        } catch (StartupException | IllegalStateException e) {
            System.err.println("tinysync cluster: " + e.getMessage());
            return 1;
        }
        stopped.await();
        return 0;
    }

    private LocalCluster.Plan plan() throws Exception {
        Path directory =
                data != null ? data : xdg("XDG_DATA_HOME", ".local/share").resolve("tinysync/cluster");
        Files.createDirectories(directory);
        Optional<String> chosen =
                Optional.ofNullable(System.getenv("TINYSYNC_ADMIN_TOKEN")).filter(token -> !token.isEmpty());
        Path launcher = Path.of(System.getProperty("tinysync.launcher")).toAbsolutePath();
        return new LocalCluster.Plan(
                launcher.resolve("..").normalize(),
                directory.toAbsolutePath(),
                xdg("XDG_CACHE_HOME", ".cache").resolve("tinysync"),
                nodes,
                new PlainNetwork(port),
                AdminToken.load(chosen, directory.resolve("admin-token")).text(),
                Map.of("TINYSYNC_LOG_FORMAT", System.getenv().getOrDefault("TINYSYNC_LOG_FORMAT", "text")));
    }

    private static Path xdg(String variable, String underHome) {
        String chosen = System.getenv().getOrDefault(variable, "");
        return chosen.startsWith("/") ? Path.of(chosen) : Path.of(System.getProperty("user.home"), underHome);
    }

    private static void say(LocalCluster cluster, String adminToken) {
        for (ClusterNode node : cluster.nodes()) {
            System.out.println(node.name() + " answers at " + node.url() + " (pid " + node.pid() + ")");
        }
        System.out.println("""
                Try in another terminal:
                  export TINYSYNC_SERVER=%s
                  export TINYSYNC_ADMIN_TOKEN=%s
                  %s admin vault create photos
                Ctrl-C stops all; started again, everything is still there.""".formatted(cluster.urls(), adminToken, System.getProperty("tinysync.launcher")));
        System.out.flush();
    }

    private static void stop(@Nullable LocalCluster cluster) {
        if (cluster != null) {
            cluster.close();
        }
        Runtime.getRuntime().halt(0);
    }
}
