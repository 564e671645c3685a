package io.tinysync.client.cli;

import io.tinysync.client.state.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;

/** Starts {@code attach} as a process that outlives this one; what it has to say goes to the state directory's log. */
final class BackgroundDaemon {

    private static final Duration READY = Duration.ofMinutes(2);

    private final StateDirectory state;

    BackgroundDaemon(StateDirectory state) {
        this.state = state;
    }

    /** Returns its sentence once the drive answers. */
    String attach(String vault, Path mountpoint) {
        return start(vault, mountpoint).awaitReady(READY, state.daemonLog());
    }

    /** The process, whose first line is that sentence. */
    ChildProcess start(String vault, Path mountpoint) {
        return ChildProcess.start(
                "the daemon",
                OwnCommand.inOwnSession(
                        "attach", "--state", state.path().toString(), "--", vault, mountpoint.toString()),
                state.daemonLog());
    }
}
