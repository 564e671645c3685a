package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.engine.protocol.Maintenance.JobState;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waits for a run that the server was asked for. */
final class ServerRun {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

    private ServerRun() {}

    /** How the run stands when it is over, however long that takes. */
    static <T> T awaited(Supplier<T> look, Function<T, JobState> state) {
        T status = look.get();
        while (state.apply(status) == JobState.RUNNING) {
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal("interrupted; the run goes on", e);
            }
            status = look.get();
        }
        return status;
    }
}
