package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Replay;
import io.tinysync.engine.protocol.Limits;
import java.util.concurrent.CompletionStage;

/** One attempt to learn what the server's log holds: asks, applies and tells what became of it. Holds no state. */
final class Pulls {

    private final VaultParts parts;

    Pulls(VaultParts parts) {
        this.parts = parts;
    }

    /** Pulls one page of the log; before the first snapshot was adopted, that. */
    CompletionStage<PullResult> log() {
        return parts.blockingly(() -> parts.store()
                        .<Start>read(view -> new Start(view.position().bootstrapped(), Replay.Asked.from(view))))
                .thenCompose(start -> start.bootstrapped() ? page(start.asked()) : first(start.asked()));
    }

    /** A device that has never followed a history takes any; one whose index is to be made anew takes its own, or rejoins. */
    private CompletionStage<PullResult> first(Replay.Asked asked) {
        return asked.cursor().seq() == 0 ? snapshot(false) : resync();
    }

    /** Loads a snapshot though the log could go on: of the history that this device has followed, or as that of another. */
    CompletionStage<PullResult> resync() {
        return parts.blockingly(() -> parts.store().<Replay.Asked>read(Replay.Asked::from))
                .thenCompose(asked -> parts.server().log(parts.vaultId(), asked.cursor(), 1))
                .thenCompose(answer -> switch (answer) {
                    case Answers.Page _, Answers.Truncated _ -> snapshot(false);
                    case Answers.Diverged _ -> snapshot(true);
                    case Answers.Refused refused -> parts.<PullResult>blockingly(() -> new PullResult.Refused(refused));
                });
    }

    private record Start(boolean bootstrapped, Replay.Asked asked) {}

    private CompletionStage<PullResult> page(Replay.Asked asked) {
        return parts.server()
                .log(parts.vaultId(), asked.cursor(), Limits.DEFAULT_LOG_PAGE)
                .thenApplyAsync(answer -> applied(answer, asked), parts.blocking());
    }

    private PullResult applied(Answers.Log answer, Replay.Asked asked) {
        return switch (answer) {
            case Answers.Page page -> replayed(page, asked);
            case Answers.Diverged _ -> new PullResult.NeedsSnapshot(true);
            case Answers.Truncated _ -> new PullResult.NeedsSnapshot(false);
            case Answers.Refused refused -> new PullResult.Refused(refused);
        };
    }

    private PullResult replayed(Answers.Page answer, Replay.Asked asked) {
        record Step(Replay.Outcome outcome, long seq) {}
        Step step = parts.write(work -> {
            Replay.Outcome outcome = new Replay(work).apply(answer.page(), asked);
            return new Step(outcome, work.position().cursor().seq());
        });
        return switch (step.outcome()) {
            case APPLIED ->
                new PullResult.Applied(step.seq(), step.seq() >= answer.page().headSeq());
            case NEEDS_SNAPSHOT -> new PullResult.NeedsSnapshot(false);
            case NEEDS_REJOIN -> new PullResult.NeedsSnapshot(true);
        };
    }

    /** Loads a snapshot; with {@code rejoin} as that of another history. */
    CompletionStage<PullResult> snapshot(boolean rejoin) {
        return parts.blockingly(() -> parts.store().read(Replay.Asked::from)).thenCompose(asked -> {
            SnapshotPull pull = new SnapshotPull(parts, asked, rejoin);
            return parts.server()
                    .snapshot(parts.vaultId(), pull)
                    .thenApplyAsync(pull::finished, parts.blocking())
                    .whenCompleteAsync((_, _) -> pull.close(), parts.blocking());
        });
    }

    /** Decides pending intents anew, if that is due and needs no more of the log. */
    CompletionStage<Boolean> rebase() {
        return parts.blockingly(() -> parts.write(work -> {
            new Replay(work).rebaseIfDue(false);
            return true;
        }));
    }
}
