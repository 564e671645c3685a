package io.tinysync.campaign;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tinysync load campaign}. Exit codes: 0 every promise was kept, 1 not, or a fault did not hit; 2 wrong usage. */
@Command(
        name = "tinysync load campaign",
        description =
                "Does faults to a cluster of three nodes on this machine while devices write, and checks every answer.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class RunCampaign implements Callable<Integer> {

    private static final Duration LASTING = Duration.ofSeconds(2);
    private static final int VAULTS = 3;
    private static final int DEVICES = 3;
    private static final int MAX_MINUTES = 24 * 60;

    @Option(names = "--seed", paramLabel = "N", description = "of the faults and of what is written; default 1")
    private long seed = 1;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "faults go on for so long; default 30; each kind is done once at least")
    private int minutes = 30;

    @Option(names = "--data", paramLabel = "DIR", description = "new directory for logs, data and the history")
    private @Nullable Path data;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RunCampaign()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (minutes < 0 || minutes > MAX_MINUTES) {
            System.err.println("tinysync load campaign: --minutes must be 0 to " + MAX_MINUTES);
            return CommandLine.ExitCode.USAGE;
        }
        Path directory = data != null ? Files.createDirectories(data) : Files.createTempDirectory("tinysync-campaign");
        Campaign.Settings settings = new Campaign.Settings(
                seed,
                Duration.ofMinutes(minutes),
                LASTING,
                VAULTS,
                DEVICES,
                Path.of(System.getProperty("tinysync.launcher"))
                        .toAbsolutePath()
                        .resolve("..")
                        .normalize(),
                directory.toAbsolutePath(),
                Path.of(System.getProperty("user.home"), ".cache", "tinysync"),
                Map.of("TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx256m"));
        System.out.println("seed " + seed + ", all in " + settings.directory());
        try {
            return say(Campaign.run(settings, System.out::println)) ? 0 : 1;
        } catch (IllegalStateException e) {
            System.err.println("tinysync load campaign: " + e.getMessage());
            return 1;
        }
    }

    private static boolean say(Campaign.Outcome outcome) {
        System.out.println(outcome.report().summary());
        System.out.println(outcome.count() + " faults that hit: " + outcome.faults());
        outcome.unexpected().forEach(System.out::println);
        outcome.report().violations().forEach(System.out::println);
        outcome.report().unchecked().forEach(System.out::println);
        System.out.println(outcome.report().violationCount() + " violations");
        return outcome.report().violationCount() == 0
                && outcome.report().unchecked().isEmpty()
                && outcome.unexpected().isEmpty();
    }
}
