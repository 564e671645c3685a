package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.engine.protocol.Maintenance.CollectReport;
import io.tinysync.engine.protocol.Maintenance.CollectRequest;
import io.tinysync.engine.protocol.Maintenance.CollectStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tinysync admin gc}: has the server collect the blobs that nothing reaches, and waits for that. */
@Command(
        name = "gc",
        description =
                "Deletes the contents that no vault reaches any more. Takes two runs, the grace of the server apart.")
final class AdminGcCommand implements Runnable {

    private static final String PATH = "/v1/gc";

    @Mixin
    private AdminOptions options;

    @Option(names = "--dry-run", description = "Change nothing, and tell what would be done.")
    private boolean dryRun;

    @Override
    public void run() {
        ServerCalls calls = options.calls();
        calls.post(PATH, new CollectRequest(dryRun), CollectStatus.class);
        CollectStatus status = ServerRun.awaited(() -> calls.get(PATH, CollectStatus.class), CollectStatus::state);
        CollectReport report = status.report();
        if (report == null) {
            throw new Refusal("the run ended early, and goes on when it is next started: " + status.failure());
        }
        options.print(report, sentence(report));
    }

    private static String sentence(CollectReport report) {
        String would = report.dryRun() ? "would be " : "";
        return "%d blobs of %d bytes stored: %d %sdeleted, %d of %d bytes %scondemned, %d spared"
                .formatted(
                        report.stored(),
                        report.storedBytes(),
                        report.deleted(),
                        would,
                        report.condemned(),
                        report.condemnedBytes(),
                        would,
                        report.spared());
    }
}
