package io.tinysync.client.drive;

import static io.tinysync.client.drive.HasErrno.hasErrno;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs do with files that they have open. */
final class OpenFilesTest {

    @TempDir
    Path directory;

    private DriveWorld world;

    @BeforeEach
    void world() throws IOException {
        world = new DriveWorld(directory);
    }

    private static Sha256 hash(String text) {
        return Sha256.hash(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_was_closed_is_recorded_and_on_this_device() {
        world.save("a", "hello");

        assertThat(world.seals()).hasSize(1);
        assertThat(world.seals().getFirst().seen()).isEmpty();
        assertThat(world.here(world.seals().getFirst().content())).isEqualTo("hello");
        assertThat(world.tree.releases).hasSize(1);
        assertThat(world.read("a")).isEqualTo("hello");
    }

    @Test
    void a_file_that_is_created_and_closed_is_recorded_as_empty() {
        world.close(world.create("a"));

        assertThat(world.seals())
                .singleElement()
                .satisfies(seal -> assertThat(seal.content()).isEqualTo(Content.EMPTY));
    }

    @Test
    void a_second_flush_without_new_writes_records_nothing() {
        long handle = world.create("a");
        world.write(handle, 0, "one");
        world.drive.flush(handle);
        world.drive.flush(handle);
        world.close(handle);

        assertThat(world.seals()).hasSize(1);
    }

    @Test
    void flushes_of_duplicated_descriptors_record_each_state_and_only_the_release_makes_it_pending() {
        long handle = world.create("log");
        world.write(handle, 0, "one ");
        world.drive.flush(handle);
        world.write(handle, 4, "two ");
        world.drive.flush(handle);
        assertThat(world.tree.releases).isEmpty();
        world.close(handle);

        assertThat(world.seals()).extracting(seal -> world.here(seal.content())).containsExactly("one ", "one two ");
        assertThat(world.tree.releases).hasSize(1);
    }

    @Test
    void overwriting_a_recorded_state_leaves_its_bytes_alone() {
        long handle = world.create("db");
        world.write(handle, 0, "one two");
        world.drive.flush(handle);
        world.write(handle, 0, "ONE");
        world.drive.setattr(world.ino("db"), OptionalLong.of(handle), AttributeChange.size(5));
        world.close(handle);

        assertThat(world.seals()).extracting(seal -> world.here(seal.content())).containsExactly("one two", "ONE t");
    }

    @Test
    void two_handles_on_one_file_see_each_others_writes() {
        world.save("a", "hello");
        long writer = world.open("a", OpenMode.WRITE);
        long reader = world.open("a", OpenMode.READ);
        world.write(writer, 0, "J");

        assertThat(world.read(reader)).isEqualTo("Jello");
        world.close(writer);
        assertThat(world.read(reader)).isEqualTo("Jello");
        world.close(reader);
        assertThat(world.seals()).hasSize(2);
    }

    @Test
    void only_the_last_writers_release_makes_the_file_pending() {
        long one = world.create("a");
        long two = world.open("a", OpenMode.WRITE);
        world.write(one, 0, "one");
        world.close(one);
        assertThat(world.tree.releases).isEmpty();
        world.write(two, 0, "two");
        world.close(two);

        assertThat(world.tree.releases).hasSize(1);
        assertThat(world.read("a")).isEqualTo("two");
    }

    @Test
    void appending_handles_write_at_the_end_wherever_they_ask_to() {
        world.save("a", "one ");
        long handle = world.open("a", OpenMode.APPEND);
        world.write(handle, 0, "two ");
        world.write(handle, 0, "three");
        world.close(handle);

        assertThat(world.read("a")).isEqualTo("one two three");
    }

    @Test
    void truncating_a_placeholder_downloads_nothing() {
        world.arrive("a", "from afar");
        long handle = world.open("a", OpenMode.REWRITE);
        world.write(handle, 0, "new");
        world.close(handle);
        world.drive.setattr(world.ino("a"), OptionalLong.empty(), AttributeChange.size(0));

        assertThat(world.server.downloads()).isZero();
        assertThat(world.seals())
                .extracting(MemoryTree.Sealed::content)
                .containsExactly(new Content(hash("new"), 3), Content.EMPTY);
        assertThat(world.seals().getFirst().seen()).contains(hash("from afar"));
    }

    @Test
    void writing_into_a_placeholder_downloads_it_first() {
        world.arrive("a", "from afar");
        long handle = world.open("a", OpenMode.WRITE);
        assertThat(world.server.downloads()).isZero();
        world.write(handle, 0, "F");
        world.close(handle);

        assertThat(world.read("a")).isEqualTo("From afar");
    }

    @Test
    void a_write_into_a_placeholder_fails_before_a_byte_is_taken_when_the_server_is_away() {
        world.arrive("a", "from afar");
        world.server.fail(HydrationResult.Reason.UNREACHABLE);
        long handle = world.open("a", OpenMode.WRITE);

        assertThatThrownBy(() -> world.write(handle, 0, "F")).satisfies(hasErrno(Errno.ENETUNREACH));
        world.close(handle);
        assertThat(world.seals()).isEmpty();
    }

    @Test
    void a_read_of_a_placeholder_ends_in_the_errno_of_its_failure() {
        world.arrive("a", "from afar");
        world.server.fail(HydrationResult.Reason.TIMED_OUT);
        long handle = world.open("a", OpenMode.READ);

        assertThatThrownBy(() -> world.read(handle)).satisfies(hasErrno(Errno.ETIMEDOUT));
    }

    @Test
    void metadata_and_renames_of_placeholders_download_nothing() {
        world.arrive("a", "from afar");
        world.drive.setattr(world.ino("a"), OptionalLong.empty(), AttributeChange.mode(0600));
        world.drive.rename(Drive.ROOT_INO, "a", Drive.ROOT_INO, "b", RenameMode.REPLACE);
        assertThat(world.drive.getattr(world.ino("b")).sizeBytes()).isEqualTo(9);
        world.drive.unlink(Drive.ROOT_INO, "b");

        assertThat(world.server.downloads()).isZero();
    }

    @Test
    void an_open_handle_keeps_its_bytes_when_another_device_replaces_the_content() {
        ItemId item = world.arrive("a", "old");
        long before = world.ino("a");
        long handle = world.open("a", OpenMode.READ);
        world.tree.arriveContent(item, world.server.blob("new!"));

        assertThat(world.ino("a")).isNotEqualTo(before);
        assertThat(world.read("a")).isEqualTo("new!");
        assertThat(world.read(handle)).isEqualTo("old");
        assertThat(world.drive.getattr(world.drive.inodeOf(handle)).sizeBytes()).isEqualTo(3);
        world.close(handle);
    }

    @Test
    void what_nobody_has_open_keeps_its_inode_when_its_content_is_replaced() {
        ItemId item = world.arrive("a", "old");
        long before = world.ino("a");
        world.tree.arriveContent(item, world.server.blob("new!"));

        assertThat(world.ino("a")).isEqualTo(before);
        assertThat(world.drive
                        .getattr(world.drive.lookup(Drive.ROOT_INO, "a").ino())
                        .sizeBytes())
                .isEqualTo(4);
    }

    @Test
    void a_writers_base_is_what_it_saw_even_if_the_replayer_has_moved_on() {
        ItemId item = world.arrive("a", "v1");
        world.close(world.open("a", OpenMode.READ, 77));
        world.tree.arriveContent(item, world.server.blob("v2"));
        long handle = world.open("a", OpenMode.REWRITE, 77);
        world.write(handle, 0, "edited v1");
        world.close(handle);

        assertThat(world.seals().getLast().seen()).contains(hash("v1"));
    }

    @Test
    void a_process_that_saw_nothing_writes_on_what_the_drive_shows() {
        ItemId item = world.arrive("a", "v1");
        world.close(world.open("a", OpenMode.READ, 77));
        world.tree.arriveContent(item, world.server.blob("v2"));
        long handle = world.open("a", OpenMode.REWRITE, 78);
        world.close(handle);

        assertThat(world.seals().getLast().seen()).contains(hash("v2"));
    }

    @Test
    void what_this_device_changed_counts_as_seen_by_all_its_processes() {
        world.arrive("a", "v1");
        world.close(world.open("a", OpenMode.READ, 77));
        long other = world.open("a", OpenMode.REWRITE, 78);
        world.write(other, 0, "v2");
        world.close(other);
        world.close(world.open("a", OpenMode.REWRITE, 77));

        assertThat(world.seals().getLast().seen()).contains(hash("v2"));
    }

    @Test
    void an_opening_that_overlaps_the_release_before_it_is_based_on_what_that_left() throws Exception {
        world.save("f", "one\n");
        long second = world.open("f", OpenMode.APPEND);
        world.write(second, 0, "two\n");
        world.drive.flush(second);
        OtherThread<Long> third = new OtherThread<>(() -> world.open("f", OpenMode.APPEND));
        world.tree.releasing = third::startUntilItWaits;
        world.drive.release(second);
        world.tree.releasing = () -> {};
        world.write(third.result(), 0, "three\n");
        world.close(third.result());

        assertThat(world.seals().getLast().seen()).contains(hash("one\ntwo\n"));
        assertThat(world.read("f")).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void a_process_that_opened_the_file_while_another_wrote_it_has_seen_what_that_wrote() {
        world.arrive("a", "v1");
        long writer = world.open("a", OpenMode.REWRITE, 78);
        world.write(writer, 0, "v2");
        world.drive.flush(writer);
        world.close(world.open("a", OpenMode.READ, 77));
        world.close(writer);
        world.close(world.open("a", OpenMode.REWRITE, 77));

        assertThat(world.seals().getLast().seen()).contains(hash("v2"));
    }

    @Test
    void of_two_writers_the_one_that_did_not_know_what_was_shown_decides_the_base() {
        ItemId item = world.arrive("a", "v1");
        world.close(world.open("a", OpenMode.READ, 77));
        world.tree.arriveContent(item, world.server.blob("v2"));
        long idle = world.open("a", OpenMode.WRITE, 78);
        long handle = world.open("a", OpenMode.REWRITE, 77);
        world.write(handle, 0, "edited v1");
        world.close(handle);
        world.close(idle);

        assertThat(world.seals().getFirst().seen()).contains(hash("v1"));
    }

    @Test
    void a_save_over_a_file_before_the_first_record_counts_as_seen_by_who_had_seen_that_file() {
        world.arrive("doc", "v1");
        world.close(world.open("doc", OpenMode.READ, 77));
        long writer = world.create("doc.tmp");
        world.write(writer, 0, "v2");
        world.drive.rename(Drive.ROOT_INO, "doc.tmp", Drive.ROOT_INO, "doc", RenameMode.REPLACE);
        world.close(writer);
        world.close(world.open("doc", OpenMode.REWRITE, 77));

        assertThat(world.seals().getLast().seen()).contains(hash("v2"));
    }

    @Test
    void a_file_replaced_by_another_device_is_not_opened_for_writing_through_its_old_inode() {
        ItemId item = world.arrive("a", "old");
        Attributes before = world.drive.lookup(Drive.ROOT_INO, "a");
        long reader = world.open("a", OpenMode.READ);
        world.tree.arriveContent(item, world.server.blob("new!"));

        assertThatThrownBy(() -> world.drive.open(before.ino(), OpenMode.WRITE, 1))
                .satisfies(hasErrno(Errno.ESTALE));
        assertThat(world.read(reader)).isEqualTo("old");
        world.close(reader);
    }

    @Test
    void an_unlinked_open_file_stays_usable_and_is_never_recorded() {
        world.save("a", "one");
        long handle = world.open("a", OpenMode.WRITE);
        world.drive.unlink(Drive.ROOT_INO, "a");
        world.write(handle, 3, " two");

        assertThat(world.read(handle)).isEqualTo("one two");
        assertThat(world.drive.getattr(world.drive.inodeOf(handle)).sizeBytes()).isEqualTo(7);
        world.close(handle);
        assertThat(world.seals()).hasSize(1);
    }

    @Test
    void a_file_renamed_over_another_takes_its_place_and_leaves_its_readers_alone() {
        world.save("doc", "old");
        long reader = world.open("doc", OpenMode.READ);
        long writer = world.create("doc.tmp");
        world.write(writer, 0, "new");
        world.drive.flush(writer);
        world.drive.rename(Drive.ROOT_INO, "doc.tmp", Drive.ROOT_INO, "doc", RenameMode.REPLACE);
        world.write(writer, 3, "er");
        world.close(writer);

        assertThat(world.read(reader)).isEqualTo("old");
        assertThat(world.read("doc")).isEqualTo("newer");
        assertThat(world.seals().getLast().itemId())
                .isEqualTo(world.seals().getFirst().itemId());
    }

    @Test
    void a_write_beyond_the_largest_file_is_refused_at_that_write() {
        long handle = world.create("a");

        assertThatThrownBy(() -> world.drive.write(handle, DriveWorld.MAX_FILE_BYTES, ByteBuffer.allocate(1)))
                .satisfies(hasErrno(Errno.EFBIG));
        world.close(handle);
        assertThat(world.seals().getFirst().content()).isEqualTo(Content.EMPTY);
    }

    @Test
    void times_set_on_an_open_file_are_recorded_with_its_content() {
        long handle = world.create("a");
        world.write(handle, 0, "x");
        world.drive.setattr(
                world.ino("a"), OptionalLong.empty(), AttributeChange.mtime(new AttributeChange.Mtime.At(1_234)));
        assertThat(world.drive.getattr(world.ino("a")).mtimeNs()).isEqualTo(1_234);
        world.close(handle);

        assertThat(world.seals().getFirst().mtimeNs()).isEqualTo(1_234);
    }

    @Test
    void an_fsync_makes_bytes_and_record_durable() {
        long handle = world.create("a");
        world.write(handle, 0, "x");
        world.drive.fsync(handle);

        assertThat(world.seals()).hasSize(1);
        assertThat(world.records).hasValueGreaterThan(0);
        world.close(handle);
    }

    @Test
    void a_file_kept_open_is_sent_a_minute_after_an_fsync_without_another_write() {
        long handle = world.create("a");
        world.write(handle, 0, "one");
        world.pass(Duration.ofMinutes(2));
        assertThat(world.tree.published).isEmpty();
        world.drive.fsync(handle);
        world.pass(Duration.ofSeconds(40));
        world.write(handle, 3, " two");
        world.pass(Duration.ofSeconds(40));
        assertThat(world.tree.published).isEmpty();
        world.drive.fsync(handle);
        world.pass(Duration.ofSeconds(70));
        assertThat(world.tree.published).hasSize(1);
        world.pass(Duration.ofSeconds(70));
        assertThat(world.tree.published).hasSize(1);
        world.write(handle, 7, " three");
        world.close(handle);

        assertThat(world.seals().getLast().seen()).contains(hash("one two"));
        assertThat(world.read("a")).isEqualTo("one two three");
    }

    @Test
    void a_write_of_a_mapping_after_the_last_flush_is_recorded_at_the_release() {
        long handle = world.create("a");
        world.write(handle, 0, "closed ");
        world.drive.flush(handle);
        world.write(handle, 7, "and mapped");
        world.drive.release(handle);

        assertThat(world.here(world.seals().getLast().content())).isEqualTo("closed and mapped");
        assertThat(world.tree.releases).hasSize(1);
    }

    @Test
    void a_file_renamed_over_another_is_based_on_what_its_writer_had_seen_of_that() {
        ItemId doc = world.arrive("doc", "v1");
        world.close(world.open("doc", OpenMode.READ, 1));
        world.tree.arriveContent(doc, world.server.blob("v2"));
        world.save("doc.tmp", "edited v1");
        world.close(world.open("doc", OpenMode.READ, 2));
        world.drive.rename(Drive.ROOT_INO, "doc.tmp", Drive.ROOT_INO, "doc", RenameMode.REPLACE);

        assertThat(world.tree.renamedOver).isEqualTo(hash("v1"));
    }
}
