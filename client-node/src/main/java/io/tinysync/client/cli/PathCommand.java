package io.tinysync.client.cli;

import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that has the daemon do something with what is at a path of a drive. */
abstract class PathCommand implements Runnable {

    /** A folder of a million files is walked through. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final String route;

    @Mixin
    private StateOption state;

    @Parameters(paramLabel = "PATH", description = "A file or folder, relative to the drive; '/' is all of it.")
    private String path;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            description = "Id or name of the vault, where more than one is attached.")
    private @Nullable String vault;

    PathCommand(String route) {
        this.route = route;
    }

    @Override
    public void run() {
        Map<String, String> parameters = new HashMap<>(Map.of("path", path));
        if (vault != null) {
            parameters.put("vault", vault);
        }
        DaemonAnswer.print(
                new ControlClient(state.directory()).require(ControlRequest.post(route, parameters), TIMEOUT));
    }
}
