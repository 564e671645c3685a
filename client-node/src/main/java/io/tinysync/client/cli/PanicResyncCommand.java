package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.daemon.DaemonLock;
import io.tinysync.client.rescue.Rebuild;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync panic-resync}: for when what the drive shows cannot be believed. */
@Command(
        name = "panic-resync",
        description = {
            "Makes the local index anew from the server's snapshot, keeping every change that is not on the server yet.",
            "For when the drive does not show what it should, or its store was found damaged. Without a daemon the store is"
                    + " made anew of what can be read, and the index is fetched when the vault is attached.",
        })
final class PanicResyncCommand implements Runnable {

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofSeconds(1);

    @Mixin
    private StateOption state;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            description = "Id or name of the vault, where there is more than one.")
    private @Nullable String vault;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long to wait for the snapshot at most (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Override
    public void run() {
        ControlClient daemon = new ControlClient(state.directory());
        Map<String, String> parameters = new HashMap<>(Map.of("wait_millis", Long.toString(STEP.toMillis())));
        if (vault != null) {
            parameters.put("vault", vault);
        }
        Optional<DaemonLock> lock = DaemonLock.tryAcquire(state.directory());
        if (lock.isPresent()) {
            rebuild(lock.get());
            return;
        }
        ControlRequest step = ControlRequest.post("/v1/panic-resync", parameters);
        long deadline = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
        ControlAnswer answer = daemon.require(step, ANSWER);
        while (answer.isPending() && System.nanoTime() < deadline) {
            Output.progress(answer.text());
            answer = daemon.require(step, ANSWER);
        }
        Output.progress("");
        if (answer.isPending()) {
            throw new Refusal(
                    "not done after " + waitSeconds + " s, and done once the server answers: " + answer.text());
        }
        DaemonAnswer.print(answer);
    }

    /** Without a daemon, and so also where none can start. */
    private void rebuild(DaemonLock lock) {
        try (lock) {
            Output.print(Rebuild.run(state.directory(), Optional.ofNullable(vault)));
        }
    }
}
