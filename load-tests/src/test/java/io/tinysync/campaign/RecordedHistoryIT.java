package io.tinysync.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.campaign.check.HistoryChecker;
import io.tinysync.campaign.check.Report;
import io.tinysync.campaign.check.Violation;
import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.e2e.Account;
import io.tinysync.e2e.ServerProcess;
import io.tinysync.nodes.AdminCalls;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of a real server with a real PostgreSQL, in one of which it is killed: the checker takes them, and refuses each lie about
 * them.
 */
@Tag("long")
final class RecordedHistoryIT {

    private static final int SEEDS = 3;
    private static final int KILLED = 1;
    private static final int DEVICES = 4;
    private static final int ANSWERS = 45;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path directory;

    private static final List<List<HistoryEvent>> HISTORIES = new ArrayList<>();

    @BeforeAll
    static void record() throws Exception {
        try (ServerProcess server = new ServerProcess(directory, Account.own());
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                record(seed, server, http);
                HISTORIES.add(Draft.read(History.in(file(seed))));
            }
        }
    }

    private static void record(int seed, ServerProcess server, HttpClient http) throws Exception {
        try (HistoryWriter writer = HistoryWriter.create(file(seed))) {
            RecordedVault vault = RecordedVault.create(
                    new AdminCalls(http, server.url(), ServerProcess.ADMIN_TOKEN),
                    List.of(server.url()),
                    http,
                    PATIENCE,
                    writer,
                    DEVICES,
                    seed);
            vault.write(ANSWERS, () -> null);
            vault.write(ANSWERS, seed == KILLED ? killed(server) : () -> null);
            vault.finish();
        }
    }

    private static Callable<?> killed(ServerProcess server) {
        return () -> {
            server.kill9();
            server.startAgain();
            return null;
        };
    }

    private static Path file(int seed) {
        return directory.resolve(seed + ".jsonl");
    }

    @Test
    void what_a_real_server_answered_keeps_every_promise() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Report report = HistoryChecker.check(History.in(file(seed)));

            assertThat(report.violations()).as("seed %d", seed).isEmpty();
            assertThat(report.unchecked()).isEmpty();
            assertThat(report.summary().acknowledged()).isGreaterThan(100);
            assertThat(report.summary().rejected()).hasSizeGreaterThan(7);
        }
        assertThat(HistoryChecker.check(History.in(file(KILLED))).summary().unanswered())
                .as("ops that the killed server never answered")
                .isPositive();
    }

    static List<Edit> edits() {
        return Edit.all();
    }

    @ParameterizedTest
    @MethodSource("edits")
    void each_lie_about_it_is_found(Edit edit) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Draft draft = new Draft(HISTORIES.get(seed), new Random(seed));
            edit.change().accept(draft);

            Report report = HistoryChecker.check(draft.history());

            assertThat(report.violations())
                    .as("seed %d", seed)
                    .extracting(Violation::kind)
                    .contains(edit.kind());
        }
    }

    @Test
    void the_command_checks_a_recorded_file() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);

        int exitCode = CheckHistory.run(print, print, file(KILLED).toString());

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(" acknowledged, ")
                .contains("0 violations");
        assertThat(exitCode).isZero();
    }
}
