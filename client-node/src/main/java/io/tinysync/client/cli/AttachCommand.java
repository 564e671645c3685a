package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.daemon.DaemonProcess;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync attach}: mounts a vault as a drive, by the daemon that runs or by becoming it. */
@Command(
        name = "attach",
        description =
                "Mounts a vault as a drive. Without a daemon for this state directory it becomes the daemon, in the foreground"
                        + " until SIGTERM or Ctrl-C, which drain and unmount; with one, it asks that daemon. A daemon that is"
                        + " started with TINYSYNC_BINDING=jnr-fuse in its environment has libfuse 2 mount its drives.")
final class AttachCommand implements Runnable {

    private static final Duration ATTACH = Duration.ofMinutes(2);

    /** A daemon holds its lock a moment before it listens, and a moment after it stopped listening. */
    private static final int ATTEMPTS = 100;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

    @Mixin
    private StateOption state;

    @Parameters(index = "0", paramLabel = "VAULT", description = "The vault's id or name.")
    private String vault;

    @Parameters(index = "1", paramLabel = "MOUNTPOINT", description = "An empty folder; made if it is missing.")
    private Path mountpoint;

    @Option(names = "--detach", description = "Run the daemon in the background; return once the drive answers.")
    private boolean detach;

    @Override
    public void run() {
        StateDirectory directory = state.directory();
        Credentials.require(directory);
        Path path = mountpoint.toAbsolutePath().normalize();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<ControlAnswer> answer = askDaemon(directory, path);
            if (answer.isPresent()) {
                DaemonAnswer.print(answer.get());
                return;
            }
            if (detach) {
                Output.print(new BackgroundDaemon(directory).attach(vault, path));
                return;
            }
            if (DaemonProcess.run(directory, vault, path)) {
                return;
            }
            pause();
        }
        throw new Refusal("another daemon holds " + directory.daemonLock() + " and does not answer");
    }

    private Optional<ControlAnswer> askDaemon(StateDirectory directory, Path path) {
        ControlRequest request =
                ControlRequest.post("/v1/attach", Map.of("vault", vault, "mountpoint", path.toString()));
        return new ControlClient(directory).send(request, ATTACH);
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal("interrupted", e);
        }
    }
}
