package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.engine.protocol.Maintenance.Damage;
import io.tinysync.engine.protocol.Maintenance.VerifyReport;
import io.tinysync.engine.protocol.Maintenance.VerifyRequest;
import io.tinysync.engine.protocol.Maintenance.VerifyStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tinysync admin verify}: has the server read every content that a vault reaches. Ends with 1 if any is not as it should be. */
@Command(
        name = "verify",
        description = "Reads every content that a vault reaches, and says which are missing or wrong (exit code 1).")
final class AdminVerifyCommand implements Callable<Integer> {

    private static final String PATH = "/v1/verify";

    @Mixin
    private AdminOptions options;

    @Override
    public Integer call() {
        ServerCalls calls = options.calls();
        calls.post(PATH, new VerifyRequest(), VerifyStatus.class);
        VerifyStatus status = ServerRun.awaited(() -> calls.get(PATH, VerifyStatus.class), VerifyStatus::state);
        VerifyReport report = status.report();
        if (report == null) {
            throw new Refusal("the verification could not be finished: " + status.failure());
        }
        options.print(report, sentence(report));
        return report.damaged() == 0 ? 0 : 1;
    }

    private static String sentence(VerifyReport report) {
        StringBuilder lines = new StringBuilder("%d blobs of %d bytes read, %d missing or wrong"
                .formatted(report.blobs(), report.bytes(), report.damaged()));
        for (Damage damage : report.damages()) {
            lines.append("\n%s: %s (vaults %s)".formatted(damage.sha256(), damage.problem(), damage.vaults()));
        }
        return lines.toString();
    }
}
