package io.tinysync.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.engine.protocol.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tinysync load check}. */
final class CheckHistoryTest {

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path file = Path.of("");

    @BeforeEach
    void record() throws IOException {
        file = directory.resolve("h.jsonl");
        MemoryRecording.record(1, 500, file);
    }

    @Test
    void a_history_without_a_violation_is_summed_up() {
        assertThat(run(file.toString())).isZero();

        assertThat(out.toString(UTF_8))
                .containsPattern("\\d+ ops: \\d+ acknowledged, \\d+ rejected \\{version_conflict=\\d+")
                .endsWith("\n0 violations\n");
    }

    @Test
    void each_violation_is_a_line_with_its_vault_seq_and_op() throws IOException {
        Draft draft = new Draft(Draft.read(History.in(file)), new Random(1));
        Edit lie = Edit.all().stream()
                .filter(edit -> edit.name().equals("an op of another device"))
                .findFirst()
                .orElseThrow();
        lie.change().accept(draft);
        Path edited = directory.resolve("edited.jsonl");
        try (HistoryWriter writer = HistoryWriter.create(edited)) {
            for (HistoryEvent event : draft.events()) {
                writer.add(event);
            }
        }

        assertThat(run(edited.toString())).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .containsPattern(
                        "WRONG_DEVICE: vault [0-9a-f-]{36} seq \\d+ op [0-9a-f-]{36}: device [0-9a-f-]{36} sent it, ");
    }

    @Test
    void what_a_log_without_its_beginning_leaves_unchecked_is_said() throws IOException {
        Draft draft = new Draft(Draft.read(History.in(file)), new Random(1));
        List<Entry> log = draft.log();
        draft.replaceLog(log.subList(20, log.size()), log.getLast().seq(), 21);
        Path truncated = directory.resolve("truncated.jsonl");
        try (HistoryWriter writer = HistoryWriter.create(truncated)) {
            draft.events().forEach(writer::add);
        }

        assertThat(run(truncated.toString())).isZero();
        assertThat(out.toString(UTF_8)).contains("not checked: vault ", "its log begins at seq 21, so ");
    }

    @Test
    void what_cannot_be_read_is_said() throws IOException {
        assertThat(run(directory.resolve("nothing").toString())).isEqualTo(1);
        Path broken = Files.writeString(directory.resolve("broken"), "a\nb\n");
        assertThat(run(broken.toString())).isEqualTo(1);
        assertThat(run()).isEqualTo(2);

        assertThat(err.toString(UTF_8))
                .contains("nothing is no file that can be read", "broken, line 1: ", "usage: tinysync load check FILE");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    private int run(String... arguments) {
        return CheckHistory.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
    }
}
