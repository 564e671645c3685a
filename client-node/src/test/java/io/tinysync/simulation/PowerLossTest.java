package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What went wrong, in worlds of many seeds, when processes were killed and machines lost power in the midst of things. */
final class PowerLossTest {

    private final World world = World.calm();
    private final Person laptop = new Person(world, 0);
    private final Person desktop = new Person(world, 1);

    @AfterEach
    void thePromisesHold() {
        world.rest();
        new Verdict(world).check();
    }

    private void settle() {
        world.settle(world.machines());
    }

    @Test
    void a_note_about_the_root_that_was_torn_is_no_reason_not_to_start() {
        laptop.save("a", "text");
        for (int i = 0; i < 10; i++) {
            laptop.losePower();
            assertThat(laptop.machine().isRunning()).isTrue();
        }
    }

    @Test
    void what_was_fsynced_first_of_all_survives_although_the_folders_of_the_cache_are_new() {
        laptop.save("a", "text");
        laptop.losePower();
        assertThat(laptop.read("a")).isEqualTo("text");
    }

    /** The renaming could survive without the bytes of the new file. */
    @Test
    void what_was_fsynced_is_there_or_else_what_was_renamed_over_it() {
        for (int i = 0; i < 20; i++) {
            laptop.save("doc " + i, "fsynced " + i);
            Desk.Handle handle = laptop.begin("new");
            laptop.write(handle, "not fsynced " + i);
            laptop.close(handle);
            laptop.move("new", "doc " + i);
            laptop.save("other", "fsynced later " + i);
            laptop.losePower();
            assertThat(laptop.read("doc " + i)).isIn("fsynced " + i, "not fsynced " + i);
        }
    }

    @Test
    void what_was_being_written_to_a_file_renamed_over_another_is_held_at_the_place_of_that() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.begin("doc.new");
        laptop.write(handle, "half writ");
        laptop.move("doc.new", "doc");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("half writ");
    }

    @Test
    void what_was_being_written_is_held_also_if_another_file_has_the_same_bytes() {
        laptop.save("other", "the same");
        laptop.save("doc", "first");
        laptop.write(laptop.begin("new"), "the same");
        laptop.write(laptop.begin("doc"), "the same");
        laptop.restart();
        assertThat(laptop.read("new")).isEqualTo("the same");
        assertThat(laptop.read("doc")).isEqualTo("the same");
    }

    @Test
    void a_write_that_a_full_disk_refused_does_not_spoil_the_hash_of_what_was_written_before() {
        Desk.Handle handle = laptop.begin("doc");
        laptop.write(handle, "written");
        laptop.machine().disk().faults().full(true);
        assertThatThrownBy(() -> laptop.append(handle, "does not fit")).isInstanceOf(DriveException.class);
        laptop.machine().disk().faults().full(false);
        laptop.close(handle);
        settle();
        assertThat(desktop.read("doc")).isEqualTo("written");
    }

    @Test
    void bytes_that_are_held_once_survive_power_loss_whole() {
        for (int i = 0; i < 10; i++) {
            laptop.save("doc " + i, i + " whole, and brought to the disk");
            laptop.write(laptop.open("doc " + i, OpenMode.WRITE), "half written, longer than what was there");
        }
        laptop.restart();
        laptop.losePower();
        for (int i = 0; i < 10; i++) {
            assertThat(laptop.read("doc " + i)).isEqualTo("half written, longer than what was there");
            assertThat(laptop.at("doc " + i).state()).isEqualTo(LocalState.HELD);
        }
    }

    @Test
    void a_file_is_held_no_more_when_the_disk_has_lost_what_was_held() throws IOException {
        laptop.save("doc", "first");
        laptop.write(laptop.open("doc", OpenMode.WRITE), "half");
        laptop.restart();
        Path held = laptop.machine().disk().rootPath().resolve("vault").resolve("held");
        try (var files = Files.list(held)) {
            Files.delete(files.findFirst().orElseThrow());
        }
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("first");
        assertThat(laptop.at("doc").state()).isNotEqualTo(LocalState.HELD);
    }

    @Test
    void of_two_unclosed_files_renamed_over_another_the_second_is_held_whoever_wrote_last() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle one = laptop.begin("doc.new");
        laptop.write(one, "replaced");
        laptop.move("doc.new", "doc");
        laptop.write(laptop.begin("doc.new"), "in its place");
        laptop.move("doc.new", "doc");
        world.nowMs += 1000;
        laptop.write(one, "written to a file without a name");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("in its place");
    }

    @Test
    void a_content_recorded_after_held_bytes_is_shown_and_not_they() {
        laptop.save("doc", "first");
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "half");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("halft");
        Desk.Handle again = laptop.begin("doc");
        laptop.write(again, "written anew");
        laptop.flush(again);
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("written anew");
    }

    @Test
    void held_bytes_that_were_deleted_do_not_hide_the_content_when_the_file_comes_back() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "half");
        laptop.restart();
        laptop.remove("doc");
        desktop.save("doc", "edited elsewhere");
        world.settle(List.of(desktop.machine()));
        settle();
        assertThat(laptop.read("doc")).isEqualTo("edited elsewhere");
    }

    @Test
    void a_held_new_file_makes_way_for_the_servers_file_of_its_name() {
        Desk.Handle handle = laptop.begin("doc");
        laptop.write(handle, "half writ");
        laptop.restart();
        desktop.save("doc", "from the desktop");
        settle();
        assertThat(laptop.read("doc")).isEqualTo("from the desktop");
        assertThat(laptop.paths()).hasSize(2);
    }

    @Test
    void a_held_file_follows_another_devices_renaming_to_a_name_that_a_file_only_here_has() {
        laptop.save("doc", "first");
        settle();
        laptop.write(laptop.open("doc", OpenMode.WRITE), "half");
        laptop.restart();
        laptop.save("~$doc", "only on the laptop");
        desktop.move("doc", "~$doc");
        settle();
        assertThat(laptop.read("~$doc")).isEqualTo("halft");
        assertThat(laptop.paths()).hasSize(2);
    }

    @Test
    void a_content_that_the_disk_lost_and_a_program_was_writing_again_is_there_again() throws IOException {
        laptop.save("doc", "the same");
        String sha256 =
                Sha256.hash("the same".getBytes(StandardCharsets.ISO_8859_1)).toString();
        Path cache = laptop.machine().disk().rootPath().resolve("vault").resolve("cache");
        Files.delete(cache.resolve(sha256.substring(0, 2)).resolve(sha256));
        laptop.write(laptop.begin("doc"), "the same");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("the same");
    }

    @Test
    void an_edit_of_a_file_that_the_server_is_to_bring_back_is_sent() {
        laptop.mkdir("folder");
        laptop.save("folder/doc", "first");
        settle();
        laptop.move("folder/doc", "doc");
        desktop.removeTree("folder");
        world.settle(List.of(desktop.machine()));
        laptop.machine().daemon().pull();
        while (world.network.deliver(Long.MAX_VALUE)) {
            laptop.machine().daemon().follow();
        }
        laptop.save("doc", "edited");
        settle();
        assertThat(laptop.read("doc")).isEqualTo("edited");
        assertThat(desktop.read("doc")).isEqualTo("edited");
    }

    @Test
    void a_content_torn_in_an_earlier_start_is_not_believed_by_the_second_process_after_it() {
        for (int i = 0; i < 20; i++) {
            Desk.Handle handle = laptop.begin("file " + i);
            laptop.write(handle, "written and closed, and not brought to the disk " + i);
            laptop.close(handle);
        }
        laptop.machine().store().makeDurable();
        laptop.losePower();
        laptop.restart();
        settle();
        assertThat(world.vault.liveContents().keySet())
                .allSatisfy(sha256 -> assertThat(world.vault.blob(sha256)).isPresent());
    }

    @Test
    void what_was_fsynced_is_not_dropped_before_the_record_of_what_replaced_it_survives_power_loss() {
        for (int i = 0; i < 10; i++) {
            laptop.save("doc", "fsynced " + i);
            Content fsynced = laptop.at("doc").content();
            Desk.Handle handle = laptop.open("doc", OpenMode.REWRITE);
            laptop.write(handle, "closed " + i);
            laptop.close(handle);
            laptop.machine().daemon().keeper().dropReplaced();
            laptop.losePower();
            if (Objects.equals(laptop.at("doc").content(), fsynced)) {
                assertThat(laptop.read("doc")).isEqualTo("fsynced " + i);
            }
        }
    }

    @Test
    void a_content_that_power_loss_took_is_given_up_and_what_it_replaced_is_shown() {
        laptop.save("doc", "first");
        settle();
        for (int i = 0; i < 30; i++) {
            Desk.Handle handle = laptop.open("doc", OpenMode.REWRITE);
            laptop.write(handle, "closed, and not brought to the disk " + i);
            laptop.close(handle);
            laptop.machine().store().makeDurable();
            laptop.losePower();
            settle();
        }
    }

    @Test
    void what_a_restored_server_lacks_and_power_loss_took_the_edit_of_was_replaced_by_who_had_seen_it() {
        laptop.save("doc", "first");
        settle();
        Vault.Backup backup = world.vault.backup();
        laptop.save("doc", "second, which only this device and the server have");
        world.settle(List.of(laptop.machine()));
        world.vault.restore(backup);
        world.judge.historyLost();
        Desk.Handle handle = laptop.open("doc", OpenMode.REWRITE);
        laptop.write(handle, "third, closed and not brought to the disk before the power went");
        laptop.close(handle);
        laptop.machine().store().makeDurable();
        laptop.losePower();
        settle();
        assertThat(desktop.read("doc")).isEqualTo("first");
    }
}
