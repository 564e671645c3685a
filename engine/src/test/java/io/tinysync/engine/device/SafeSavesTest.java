package io.tinysync.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.Intent;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.device.core.RenameOutcome;
import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.RejectionCode;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;

/** How programs replace a file by a new one, and what the vault is told of it: an edit of the file, which keeps its identity. */
final class SafeSavesTest {

    private static final String COPY = "doc (conflicted copy, laptop, 2027-01-15)";

    private final SavingDevice device = new SavingDevice();

    private static Intent.Update update(ItemId id, String seen, String text) {
        return new Intent.Update(
                id,
                StoredValues.content(text),
                0644,
                1_800_000_000_000L,
                StoredValues.content(seen).sha256());
    }

    private static ThrowingConsumer<Intent> is(Intent intent) {
        return each -> assertThat(each).isEqualTo(intent);
    }

    private static ThrowingConsumer<Intent> keeps(String text) {
        return each -> assertThat(each)
                .isInstanceOfSatisfying(
                        Intent.Create.class,
                        create -> assertThat(create.content()).isEqualTo(StoredValues.content(text)));
    }

    /** The other devices see the edit at once, and the server has the old content at any time. */
    @Test
    void a_file_renamed_away_and_made_anew_is_edited_and_sent_at_once_after_what_it_held() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        device.save("doc", "new");

        assertThat(device.sendable()).satisfiesExactly(keeps("old"), is(update(doc, "old", "new")));
        assertThat(device.at("doc").itemId()).isEqualTo(doc);
        assertThat(device.holds("doc", "new")).isTrue();
        assertThat(device.holds("doc~", "old")).isTrue();
    }

    /** A server that refuses the copy keeps what it has, and the edit is decided anew. */
    @Test
    void an_edit_is_taken_only_with_the_copy_of_what_it_replaces() throws RefusedException {
        device.onServer("doc", "old");
        device.rename("doc", "doc~");
        device.save("doc", "new");

        List<Op> sent = device.request().ops();

        assertThat(sent).hasSize(2);
        assertThat(sent.getLast().requires()).containsExactly(sent.getFirst().opId());
    }

    /** It goes on without a copy that has no room, which stays here. */
    @Test
    void a_copy_that_the_server_has_refused_holds_nothing_up() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        device.save("doc", "new");
        PendingOp copy = device.plan(_ -> true).ops().getFirst();
        StoredValues.write(
                device.store,
                tx -> tx.advancePending(
                        copy.refused(PendingState.WAITING, RejectionCode.QUOTA_EXCEEDED, device.nowMs + 10_000)));

        assertThat(device.sendable()).containsExactly(update(doc, "old", "new"));
    }

    @Test
    void a_copy_does_not_go_before_the_bytes_of_the_edit_are_there() throws RefusedException {
        device.onServer("doc", "old");
        device.rename("doc", "doc~");
        device.save("doc", "new");

        UploadPlan.Next next = device.plan(content -> !content.equals(StoredValues.content("new")));
        assertThat(next.ops()).isEmpty();
        assertThat(next.blobs()).containsExactly(StoredValues.content("new"));
    }

    @Test
    void a_copy_that_was_not_sent_yet_goes_before_the_edit_whatever_is_left_for_later() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        for (int i = 0; i < Limits.MAX_BATCH - 1; i++) {
            device.save("other " + i, "text " + i);
        }
        device.save("doc", "new");

        assertThat(device.sendable()).hasSize(Limits.MAX_BATCH - 1).doesNotContain(update(doc, "old", "new"));
    }

    @Test
    void the_old_file_that_the_editor_then_removes_never_reaches_the_server() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        device.save("doc", "new");
        device.remove("doc~");

        assertThat(device.pending()).containsExactly(update(doc, "old", "new"));
    }

    @Test
    void a_backup_of_an_earlier_save_makes_way_and_the_file_keeps_its_identity() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.onServer("doc~", "older");
        device.rename("doc", "doc~");
        device.save("doc", "new");

        assertThat(device.sendable()).contains(update(doc, "old", "new"));
        assertThat(device.holds("doc~", "old")).isTrue();
        assertThat(device.names()).containsExactly("doc", "doc~");
    }

    @Test
    void what_was_written_to_the_renamed_file_stays_in_it_when_another_takes_its_name() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        device.save("doc~", "edited under its new name");
        device.save("doc", "new");

        assertThat(device.at("doc~").itemId()).isEqualTo(doc);
        assertThat(device.holds("doc~", "edited under its new name")).isTrue();
        assertThat(device.holds("doc", "new")).isTrue();
        assertThat(device.pending()).contains(update(doc, "old", "edited under its new name"));
    }

    @Test
    void a_new_file_that_is_renamed_to_the_free_name_is_the_edit_too() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc.tmp");
        device.save("saving", "new");
        RenameOutcome outcome = device.rename("saving", "doc");

        assertThat(outcome).isInstanceOf(RenameOutcome.Replaced.class);
        assertThat(device.sendable()).satisfiesExactly(keeps("old"), is(update(doc, "old", "new")));
        assertThat(device.holds("doc.tmp", "old")).isTrue();
    }

    @Test
    void a_renaming_is_not_sent_while_the_file_that_takes_its_name_is_written() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        LocalItem open = device.open("doc");
        device.nowMs += 2 * SavingDevice.TEMPORARY_QUIET_MS;
        assertThat(device.sendable()).isEmpty();
        device.flush(open, "new");
        device.tree.release(open.itemId());

        assertThat(device.sendable().getLast()).isInstanceOf(Intent.Update.class);
        assertThat(device.at("doc").itemId()).isEqualTo(doc);
    }

    @Test
    void a_file_that_is_only_renamed_to_a_temporary_name_follows_once_it_is_still() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        assertThat(device.sendable()).isEmpty();
        device.nowMs += SavingDevice.TEMPORARY_QUIET_MS;

        assertThat(device.sendable())
                .singleElement()
                .isInstanceOfSatisfying(
                        Intent.Move.class, move -> assertThat(move.itemId()).isEqualTo(doc));
    }

    @Test
    void every_other_renaming_is_sent_at_once() throws RefusedException {
        device.onServer("doc", "old");
        device.rename("doc", "letter");

        assertThat(device.sendable()).singleElement().isInstanceOf(Intent.Move.class);
    }

    @Test
    void another_devices_edit_that_came_between_the_two_steps_is_not_overwritten() throws RefusedException {
        ItemId doc = device.onServer("doc", "old");
        device.rename("doc", "doc~");
        LocalItem open = device.open("doc");
        device.onServer(doc, "doc", "theirs");
        StoredValues.write(
                device.store, tx -> tx.putOverlay(withContentOf(tx.overlay(doc).orElseThrow(), "theirs")));
        device.flush(open, "mine");
        device.tree.release(open.itemId());

        assertThat(device.holds("doc", "theirs")).isTrue();
        assertThat(device.holds(COPY, "mine")).isTrue();
        assertThat(device.holds("doc~", "old")).isTrue();
    }

    private static OverlayItem withContentOf(OverlayItem row, String text) {
        return new OverlayItem(
                row.itemId(),
                row.presence(),
                row.mergedInto(),
                row.parentItemId(),
                row.name(),
                row.kind(),
                StoredValues.content(text),
                row.target(),
                row.mode(),
                row.mtimeNs(),
                row.hold(),
                row.seal(),
                row.bytes());
    }

    @Test
    void a_save_over_a_file_whose_present_content_its_writer_had_not_seen_is_a_conflict_copy() throws RefusedException {
        device.onServer("doc", "theirs");
        device.save("saving", "mine");
        RenameOutcome outcome = device.rename("saving", "doc", "as it was before");

        assertThat(outcome).isInstanceOf(RenameOutcome.Moved.class);
        assertThat(device.holds("doc", "theirs")).isTrue();
        assertThat(device.holds(COPY, "mine")).isTrue();
    }

    @Test
    void a_save_over_a_file_that_holds_the_same_by_now_makes_no_copy() throws RefusedException {
        device.onServer("doc", "same");
        device.save("saving", "same");
        device.rename("saving", "doc", "as it was before");

        assertThat(device.names()).containsExactly("doc");
    }

    @Test
    void a_save_over_a_file_that_is_open_and_recorded_is_based_on_what_that_record_stood_on() throws RefusedException {
        ItemId doc = device.onServer("doc", "v1");
        LocalItem open = device.open("doc");
        device.flush(open, "v2");
        device.save("saving", "v3");
        device.rename("saving", "doc", "v2");

        assertThat(device.sendable()).containsExactly(update(doc, "v1", "v3"));
    }

    @Test
    void an_open_file_that_is_renamed_over_another_before_its_first_record_is_based_on_that() throws RefusedException {
        ItemId doc = device.onServer("doc", "v1");
        device.open("saving");
        device.rename("saving", "doc");
        device.onServer(doc, "doc", "theirs");
        device.tree.seal(doc, null, StoredValues.content("mine"), 0644, 1);
        device.tree.release(doc);

        assertThat(device.holds("doc", "theirs")).isTrue();
        assertThat(device.holds(COPY, "mine")).isTrue();
    }

    /** Its writer was killed, say. What was there before is with the server, or in a copy of its own. */
    @Test
    void an_open_file_that_is_renamed_over_another_and_never_written_brings_nothing_back() throws RefusedException {
        ItemId doc = device.onServer("doc", "v1");
        device.open("saving");
        device.rename("saving", "doc");
        device.onServer(doc, "doc", "theirs");
        device.tree.release(doc);

        assertThat(device.holds("doc", "theirs")).isTrue();
        assertThat(device.names()).containsExactly("doc");
    }

    /** The server knows it from before this device was set back, and has what its program has never seen. */
    @Test
    void a_new_file_that_the_server_turns_out_to_have_replaces_nothing_there() throws RefusedException {
        LocalItem open = device.open("doc");
        device.onServer(open.itemId(), "doc", "of before");
        StoredValues.write(
                device.store,
                tx -> tx.putOverlay(withContentOf(tx.overlay(open.itemId()).orElseThrow(), "of before")));
        device.tree.seal(open.itemId(), null, StoredValues.content("mine"), 0644, 1);
        device.tree.release(open.itemId());

        assertThat(device.holds("doc", "of before")).isTrue();
        assertThat(device.holds(COPY, "mine")).isTrue();
    }

    @Test
    void a_file_kept_open_is_sent_when_it_is_published_and_its_next_record_stands_on_that() throws RefusedException {
        ItemId doc = device.onServer("doc", "v1");
        LocalItem open = device.open("doc");
        assertThat(device.tree.publishOpen(doc)).isFalse();
        device.flush(open, "v2");
        assertThat(device.tree.publishOpen(doc)).isTrue();

        assertThat(device.sendable()).containsExactly(update(doc, "v1", "v2"));
        assertThat(device.at("doc").state()).isEqualTo(LocalState.DIRTY);
        device.tree.seal(
                doc, StoredValues.content("v2").sha256(), StoredValues.content("v3"), 0644, 1_800_000_000_000L);
        device.tree.release(doc);
        assertThat(device.pending()).containsExactly(update(doc, "v1", "v3"));
    }

    @Test
    void a_file_with_a_temporary_name_is_not_sent_while_it_is_open() throws RefusedException {
        LocalItem open = device.open("download.part");
        device.flush(open, "half");

        assertThat(device.tree.publishOpen(open.itemId())).isFalse();
    }
}
