package io.tinysync.client.cli;

import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync ls}: a folder of the drive with what is known of each item's bytes. */
@Command(
        name = "ls",
        description = "Lists a folder of the drive: size, time, and whether each file's bytes are on this device.")
final class ListCommand implements Runnable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private StateOption state;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "",
            description = "A folder or file, relative to the drive; the drive's top if missing.")
    private String path;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            description = "Id or name of the vault, where more than one is attached.")
    private @Nullable String vault;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public void run() {
        Map<String, String> parameters = new HashMap<>(DaemonAnswer.format(json));
        parameters.put("path", path);
        if (vault != null) {
            parameters.put("vault", vault);
        }
        DaemonAnswer.print(
                new ControlClient(state.directory()).require(ControlRequest.get("/v1/items", parameters), TIMEOUT));
    }
}
