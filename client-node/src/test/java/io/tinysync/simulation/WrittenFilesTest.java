package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalState;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What went wrong, in worlds of many seeds, with files that a program was writing while something else happened to them. */
final class WrittenFilesTest {

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

    private void deliver() {
        while (!world.network.isEmpty()) {
            world.nowMs = Math.max(world.nowMs, world.network.nextMs());
            world.network.deliver(world.nowMs);
        }
    }

    @Test
    void a_file_that_is_being_written_is_removed_without_what_another_device_made_of_it() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "mine ");
        laptop.flush(handle);
        desktop.save("doc", "second, of the desktop");
        settle();
        laptop.remove("doc");
        laptop.close(handle);
        settle();
        assertThat(laptop.read("doc")).isEqualTo("second, of the desktop");
        assertThat(desktop.paths()).containsExactly("doc");
    }

    @Test
    void the_same_before_anything_of_it_is_recorded() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "mine ");
        desktop.save("doc", "second, of the desktop");
        settle();
        laptop.remove("doc");
        laptop.close(handle);
        settle();
        assertThat(laptop.read("doc")).isEqualTo("second, of the desktop");
        assertThat(desktop.paths()).containsExactly("doc");
    }

    @Test
    void a_file_renamed_over_another_while_it_is_written_leaves_what_another_device_made_of_it() {
        laptop.save("doc", "first");
        laptop.save("draft", "draft");
        settle();
        Desk.Handle handle = laptop.open("draft", OpenMode.WRITE);
        laptop.write(handle, "mine ");
        desktop.save("draft", "second, of the desktop");
        settle();
        laptop.move("draft", "doc");
        laptop.close(handle);
        settle();
        assertThat(desktop.read("doc")).isEqualTo("mine ");
        assertThat(laptop.read("draft")).isEqualTo("second, of the desktop");
    }

    @Test
    void a_synced_file_renamed_over_another_while_it_is_written_is_held_at_the_place_of_that() {
        laptop.save("doc", "first");
        laptop.save("draft", "draft");
        settle();
        laptop.write(laptop.open("draft", OpenMode.WRITE), "half writ");
        laptop.move("draft", "doc");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("half writ");
        assertThat(laptop.at("doc").state()).isEqualTo(LocalState.HELD);
    }

    @Test
    void the_same_also_once_the_server_has_heard_that_the_first_name_is_gone() {
        laptop.save("doc", "first");
        laptop.save("draft", "draft");
        settle();
        laptop.write(laptop.open("draft", OpenMode.WRITE), "half writ");
        laptop.move("draft", "doc");
        for (int i = 0; i < 20; i++) {
            laptop.machine().daemon().push();
            laptop.machine().daemon().pull();
            deliver();
        }
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("half writ");
    }

    @Test
    void an_fsync_after_one_that_failed_brings_all_to_the_disk() {
        Desk.Handle handle = laptop.begin("doc");
        laptop.write(handle, "text of more than one block of the disk");
        laptop.machine().disk().faults().failFsyncs(1, bound -> 0);
        assertThatThrownBy(() -> laptop.fsync(handle)).isInstanceOf(DriveException.class);
        laptop.fsync(handle);
        laptop.losePower();
        assertThat(laptop.read("doc")).isEqualTo("text of more than one block of the disk");
    }

    @Test
    void an_fsync_of_a_later_process_after_one_that_failed_brings_all_to_the_disk() {
        Desk.Handle handle = laptop.begin("doc");
        laptop.write(handle, "text of more than one block of the disk");
        laptop.machine().disk().faults().failFsyncs(1, bound -> 0);
        assertThatThrownBy(() -> laptop.fsync(handle)).isInstanceOf(DriveException.class);
        laptop.close(handle);
        laptop.restart();
        Desk.Handle again = laptop.open("doc", OpenMode.APPEND);
        laptop.fsync(again);
        laptop.losePower();
        assertThat(laptop.read("doc")).isEqualTo("text of more than one block of the disk");
    }

    @Test
    void who_has_only_fsynced_what_it_wrote_does_not_replace_what_came_from_elsewhere_since() {
        Desk.Handle handle = laptop.begin("doc");
        laptop.write(handle, "first");
        laptop.fsync(handle);
        laptop.close(handle);
        settle();
        desktop.save("doc", "second, of the desktop");
        settle();
        laptop.save("doc", "third, by who has not seen the second");
        settle();
        assertThat(desktop.read("doc")).isEqualTo("second, of the desktop");
        assertThat(desktop.paths()).hasSize(2);
    }

    @Test
    void the_old_file_that_a_save_leaves_beside_is_kept_though_another_device_gave_the_file_that_name() {
        laptop.save("doc", "first");
        settle();
        desktop.move("doc", "doc~");
        world.settle(List.of(desktop.machine()));
        laptop.move("doc", "doc~");
        laptop.save("doc", "second");
        settle();
        assertThat(desktop.paths().stream().map(desktop::read)).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void an_edit_that_lost_is_copied_once_though_its_file_was_renamed_away_for_a_save_meanwhile() {
        laptop.save("doc", "first");
        settle();
        laptop.save("doc", "mine");
        desktop.save("doc", "theirs");
        world.settle(List.of(desktop.machine()));
        laptop.move("doc", "doc~");
        laptop.machine().daemon().pull();
        deliver();
        laptop.save("doc", "made anew");
        settle();
        assertThat(desktop.paths().stream().map(desktop::read))
                .containsExactlyInAnyOrder("theirs", "mine", "made anew");
    }

    @Test
    void so_it_is_with_an_edit_that_was_still_being_written_when_its_file_was_renamed_away() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.REWRITE);
        laptop.write(handle, "mine");
        laptop.flush(handle);
        laptop.move("doc", "doc~");
        desktop.save("doc", "theirs");
        world.settle(List.of(desktop.machine()));
        laptop.machine().daemon().pull();
        deliver();
        laptop.close(handle);
        laptop.save("doc", "made anew");
        settle();
        assertThat(desktop.paths().stream().map(desktop::read))
                .containsExactlyInAnyOrder("theirs", "mine", "made anew");
    }

    @Test
    void a_folder_that_was_removed_here_before_it_was_merged_does_not_take_the_other_along() {
        settle();
        desktop.mkdir("a");
        world.settle(List.of(desktop.machine()));
        laptop.mkdir("a");
        laptop.machine().daemon().push();
        laptop.removeTree("a");
        settle();
        assertThat(desktop.paths()).containsExactly("a");
        assertThat(laptop.paths()).containsExactly("a");
    }

    @Test
    void what_is_only_here_in_a_folder_stays_in_it_when_that_becomes_another_devices_folder_of_its_name() {
        laptop.mkdir("a");
        settle();
        laptop.save("a/.DS_Store", "only here");
        desktop.removeTree("a");
        desktop.mkdir("a");
        world.settle(List.of(desktop.machine()));
        laptopHearsOfThatBeforeItIsAnswered();
        laptop.mkdir("a/new");
        assertThat(laptop.read("a/.DS_Store")).isEqualTo("only here");
        settle();
        assertThat(laptop.read("a/.DS_Store")).isEqualTo("only here");
        assertThat(desktop.paths()).contains("a", "a/new");
    }

    /** Until the answer comes, nothing can be decided anew. */
    private void laptopHearsOfThatBeforeItIsAnswered() {
        laptop.machine().online(false);
        laptop.mkdir("unanswered");
        laptop.machine().daemon().push();
        deliver();
        laptop.machine().online(true);
        laptop.machine().daemon().pull();
        deliver();
    }

    @Test
    void a_saved_file_is_shown_after_a_kill_though_a_program_was_writing_the_one_that_it_replaced() {
        laptop.save("doc", "first");
        settle();
        laptop.write(laptop.open("doc", OpenMode.WRITE), "half written to the first");
        laptop.save("draft", "second");
        laptop.move("draft", "doc");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("second");
    }

    @Test
    void what_was_written_to_a_file_that_another_took_the_place_of_is_not_held_instead_of_that() {
        laptop.save("doc", "first");
        settle();
        laptop.write(laptop.open("doc", OpenMode.WRITE), "half written to the first");
        laptop.save("draft", "second");
        laptop.move("draft", "doc");
        Desk.Handle handle = laptop.open("doc", OpenMode.REWRITE);
        laptop.write(handle, "third");
        laptop.flush(handle);
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("third");
    }

    @Test
    void a_file_only_here_makes_way_for_another_devices_file_that_was_open_when_it_was_given_its_name() {
        laptop.save(".DS_Store", "only here");
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.APPEND);
        desktop.move("doc", ".DS_Store");
        settle();
        laptop.close(handle);
        settle();
        assertThat(laptop.read(".DS_Store")).isEqualTo("first");
        assertThat(laptop.paths()).hasSize(2);
    }

    @Test
    void a_save_of_which_the_fsync_failed_is_recognised_after_a_restart() {
        laptop.save("doc", "first");
        settle();
        laptop.move("doc", "doc~");
        Desk.Handle handle = laptop.begin("doc");
        laptop.write(handle, "second");
        laptop.machine().disk().faults().failFsyncs(1, bound -> 0);
        assertThatThrownBy(() -> laptop.fsync(handle)).isInstanceOf(DriveException.class);
        laptop.lookAround();
        laptop.save("other", "other");
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("second");
        assertThat(laptop.read("doc~")).isEqualTo("first");
    }
}
