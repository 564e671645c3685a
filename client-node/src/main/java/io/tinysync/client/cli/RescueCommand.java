package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.daemon.DaemonLock;
import io.tinysync.client.rescue.StateRescue;
import io.tinysync.client.state.StateDirectory;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync rescue}: copies what is not on the server out of the state directory. */
@Command(
        name = "rescue",
        description = {
            "Copies everything that this device has and the server has not acknowledged to a folder, at the paths of the drive.",
            "Works with a daemon and without one, without a server, and as far as possible with a damaged store."
                    + " Overwrites nothing; manifest.jsonl in the folder says what each file was.",
        })
final class RescueCommand implements Runnable {

    @Mixin
    private StateOption state;

    @Parameters(paramLabel = "DIR", description = "Where to copy to; made if it is missing.")
    private Path target;

    @Option(names = "--vault", paramLabel = "VAULT", description = "Id or name of the vault (default: all).")
    private @Nullable String vault;

    @Override
    public void run() {
        StateDirectory directory = state.directory();
        StateRescue.Report report =
                StateRescue.copyOut(directory, Optional.ofNullable(vault), target, DaemonLock.isHeld(directory));
        report.problems().forEach(problem -> System.err.println("tinysync: " + problem));
        String done = "copied %,d files (%,d bytes) that are not on the server; %s names each"
                .formatted(report.files(), report.bytes(), report.manifest());
        if (report.failures() > 0) {
            throw new Refusal(done + "; " + report.failures() + " could not be copied in whole");
        }
        Output.print(done);
    }
}
