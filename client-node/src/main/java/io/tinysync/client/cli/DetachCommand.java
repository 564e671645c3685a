package io.tinysync.client.cli;

import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tinysync detach}: the daemon drains that drive and unmounts it. */
@Command(
        name = "detach",
        description =
                "Sends what is pending, as far as the server answers, and unmounts a drive; the daemon ends with its last drive.")
final class DetachCommand implements Runnable {

    /** Draining is bounded by the daemon, well below this. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @Mixin
    private StateOption state;

    @Parameters(paramLabel = "MOUNTPOINT", description = "Where the drive is mounted.")
    private Path mountpoint;

    @Override
    public void run() {
        Map<String, String> parameters =
                Map.of("mountpoint", mountpoint.toAbsolutePath().normalize().toString());
        DaemonAnswer.print(
                new ControlClient(state.directory()).require(ControlRequest.post("/v1/detach", parameters), TIMEOUT));
    }
}
