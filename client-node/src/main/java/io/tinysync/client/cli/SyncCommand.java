package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tinysync sync}: done when everything written here is acknowledged and the log's head is applied. */
@Command(
        name = "sync",
        description =
                "Sends and fetches now. Done only when everything written here is acknowledged by the server and the"
                        + " log's head is applied; otherwise says what is left.")
final class SyncCommand implements Runnable {

    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** The daemon answers at the latest after this, so that progress can be shown. */
    private static final Duration STEP = Duration.ofSeconds(1);

    @Mixin
    private StateOption state;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait at most (default: ${DEFAULT-VALUE}).")
    private double waitSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (!(waitSeconds >= 0 && waitSeconds <= Duration.ofDays(7).toSeconds())) {
            throw new ParameterException(
                    spec.commandLine(), "--wait must be from 0 to 604800 seconds, it is " + waitSeconds);
        }
        ControlClient daemon = new ControlClient(state.directory());
        long deadline = System.nanoTime() + (long) (waitSeconds * 1e9);
        while (true) {
            long leftMillis =
                    Math.max(0, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
            ControlAnswer reply = daemon.require(step(Math.min(leftMillis, STEP.toMillis())), ANSWER);
            if (!reply.isPending()) {
                Output.progress("");
                DaemonAnswer.print(reply);
                return;
            }
            if (leftMillis == 0) {
                Output.progress("");
                throw new Refusal("not in sync after " + waitSeconds + " s: " + reply.text());
            }
            Output.progress(reply.text());
        }
    }

    private static ControlRequest step(long waitMillis) {
        return ControlRequest.post("/v1/sync", Map.of("wait_millis", Long.toString(waitMillis)));
    }
}
