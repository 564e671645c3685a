package io.tinysync.client.cli;

import io.tinysync.client.state.StateDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --state DIR}, for every command that speaks for a device. */
final class StateOption {

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The device's state directory (default: TINYSYNC_STATE, else below XDG_STATE_HOME).")
    private @Nullable Path path;

    StateDirectory directory() {
        return StateDirectory.choose(path, System.getenv());
    }
}
