package io.tinysync.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded is read again as it was, whatever becomes of the recorder. */
final class HistoryFileTest {

    private static final VaultId VAULT = new VaultId(new UUID(1, 1));
    private static final DeviceId DEVICE = new DeviceId(new UUID(2, 2));
    private static final Item ITEM = new Item(
            new ItemId(new UUID(3, 3)), ItemId.ROOT, "été 😀", ItemKind.FOLDER, null, null, 0755, -1, 1, 1, 1, null);

    @TempDir
    private Path directory;

    @Test
    void events_of_every_sort_are_read_as_they_were_written() throws IOException {
        Path file = directory.resolve("h.jsonl");
        MemoryRecording.record(4, 500, file);
        List<HistoryEvent> events = Draft.read(History.in(file));

        Path copy = directory.resolve("copy.jsonl");
        try (HistoryWriter writer = HistoryWriter.create(copy)) {
            events.forEach(writer::add);
        }

        assertThat(events).hasSizeGreaterThan(300);
        assertThat(Files.readAllBytes(copy)).isEqualTo(Files.readAllBytes(file));
        assertThat(Draft.read(History.in(copy))).isEqualTo(events);
    }

    @Test
    void an_event_is_in_the_file_as_soon_as_it_is_noted() throws IOException {
        Path file = directory.resolve("h.jsonl");
        try (HistoryWriter writer = HistoryWriter.create(file)) {
            long request = writer.asked("client", DEVICE, VAULT, "http://node", new Question.ReadHead());
            assertThat(Draft.read(History.in(file))).singleElement().isInstanceOf(HistoryEvent.Asked.class);

            writer.answered(request, new Answer.Lost("the node was killed"));
            assertThat(Draft.read(History.in(file))).hasSize(2);
        }
    }

    @Test
    void a_file_that_ends_within_an_event_has_all_events_before_that() throws IOException {
        Path file = directory.resolve("h.jsonl");
        try (HistoryWriter writer = HistoryWriter.create(file)) {
            writer.add(new HistoryEvent.FinalLog(VAULT, new LogPage(1, 0, 0, List.of())));
            writer.add(new HistoryEvent.FinalTree(VAULT, DEVICE, new Cursor(1, 1, Chain.START), List.of(ITEM)));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = new String(whole, UTF_8).indexOf('\n') + 1;

        for (int length = first; length < whole.length; length++) {
            Path cut = Files.write(directory.resolve("cut.jsonl"), Arrays.copyOf(whole, length));
            // Only the line's end may be missing of an event that counts.
            assertThat(Draft.read(History.in(cut))).hasSize(length == whole.length - 1 ? 2 : 1);
        }
    }

    @Test
    void a_line_that_is_no_event_is_an_error_unless_it_is_the_last() throws IOException {
        Path file = Files.writeString(directory.resolve("h.jsonl"), "{\"event\":\"asked\"\n{\"event\":\"asked\"\n");

        assertThatThrownBy(() -> Draft.read(History.in(file))).hasMessageContaining("h.jsonl, line 1: ");
    }

    @Test
    void a_history_is_never_written_over() throws IOException {
        Path file = Files.writeString(directory.resolve("h.jsonl"), "");

        assertThatThrownBy(() -> HistoryWriter.create(file)).isInstanceOf(FileAlreadyExistsException.class);
    }
}
