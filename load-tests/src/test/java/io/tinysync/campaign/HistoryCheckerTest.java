package io.tinysync.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.campaign.check.HistoryChecker;
import io.tinysync.campaign.check.Report;
import io.tinysync.campaign.check.Violation;
import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.engine.protocol.RejectionCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker takes what the deciding part of the vault does under any interleaving, and refuses each lie about it. */
final class HistoryCheckerTest {

    private static final int SEEDS = 12;
    private static final int FALSIFIED = 3;
    private static final int STEPS = 2000;

    @TempDir
    private static Path directory;

    private static final List<List<HistoryEvent>> HISTORIES = new ArrayList<>();

    @BeforeAll
    static void record() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            MemoryRecording.record(seed, STEPS, file(seed));
            HISTORIES.add(Draft.read(History.in(file(seed))));
        }
    }

    private static Path file(int seed) {
        return directory.resolve(seed + ".jsonl");
    }

    @Test
    void histories_of_many_seeds_keep_every_promise() {
        Set<RejectionCode> met = EnumSet.noneOf(RejectionCode.class);
        for (int seed = 0; seed < SEEDS; seed++) {
            Report report = HistoryChecker.check(History.in(file(seed)));
            assertThat(report.violations()).as("seed %d", seed).isEmpty();
            assertThat(report.unchecked()).isEmpty();
            assertThat(report.summary().unanswered()).isPositive();
            met.addAll(report.summary().rejected().keySet());
        }

        assertThat(met)
                .as("rejections that were met")
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(
                        RejectionCode.TOO_LARGE,
                        RejectionCode.QUOTA_EXCEEDED,
                        RejectionCode.HELD,
                        RejectionCode.UNKNOWN)));
    }

    static List<Edit> edits() {
        return Edit.all();
    }

    @ParameterizedTest
    @MethodSource("edits")
    void each_lie_is_found(Edit edit) {
        for (int seed = 0; seed < FALSIFIED; seed++) {
            Draft draft = new Draft(HISTORIES.get(seed), new Random(seed));
            edit.change().accept(draft);

            Report report = HistoryChecker.check(draft.history());

            assertThat(report.violations())
                    .as("seed %d", seed)
                    .extracting(Violation::kind)
                    .contains(edit.kind());
        }
    }
}
