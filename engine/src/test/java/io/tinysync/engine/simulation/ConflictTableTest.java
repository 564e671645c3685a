package io.tinysync.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.NamePolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each row of the conflict table (DESIGN section 5): two devices change the same thing, and the laptop is first. */
final class ConflictTableTest {

    private static final String DATE = "2027-01-15";

    private final World world = World.calm(NamePolicy.POSIX, 2);
    private final Desk laptop = new Desk(world.device(0));
    private final Desk desktop = new Desk(world.device(1));

    @BeforeEach
    void somethingInStep() throws RefusedException {
        laptop.write("doc.txt", "original");
        laptop.mkdir("F");
        laptop.write("F/x", "x");
        laptop.write("F/y", "y");
        laptop.mkdir("G");
        settleBoth();
    }

    @AfterEach
    void bothShowTheServersTree() {
        settleBoth();
        new Verdict(world.server, List.of(world.device(0), world.device(1)), new Ledger()).check();
    }

    private void settleBoth() {
        world.settle(world.device(0), world.device(1));
        world.settle(world.device(0), world.device(1));
    }

    private void laptopIsFirst() {
        world.settle(world.device(0));
        settleBoth();
    }

    private static String copy(String stem, String extension) {
        return "/" + stem + " (conflicted copy, desktop, " + DATE + ")" + extension;
    }

    @Test
    void edit_and_edit_the_second_becomes_a_conflict_copy() throws RefusedException {
        laptop.write("doc.txt", "mine");
        desktop.write("doc.txt", "yours");
        laptopIsFirst();
        assertThat(desktop.holds("doc.txt", "mine")).isTrue();
        assertThat(laptop.holds(copy("doc", ".txt"), "yours")).isTrue();
    }

    @Test
    void edit_and_equal_edit_no_copy() throws RefusedException {
        laptop.write("doc.txt", "same");
        desktop.write("doc.txt", "same");
        laptopIsFirst();
        assertThat(desktop.paths()).containsExactly("/F", "/F/x", "/F/y", "/G", "/doc.txt");
    }

    @Test
    void a_device_that_edits_again_and_again_has_no_conflict_with_itself() throws RefusedException {
        for (int i = 0; i < 5; i++) {
            desktop.write("doc.txt", "version " + i);
            world.device(1).push();
        }
        laptopIsFirst();
        assertThat(laptop.holds("doc.txt", "version 4")).isTrue();
        assertThat(laptop.paths()).hasSize(5);
    }

    @Test
    void edits_on_top_of_a_lost_edit_follow_it_into_one_copy() throws RefusedException {
        desktop.write("doc.txt", "one");
        desktop.write("doc.txt", "two");
        laptop.write("doc.txt", "first");
        laptopIsFirst();
        assertThat(laptop.holds(copy("doc", ".txt"), "two")).isTrue();
        assertThat(laptop.paths()).hasSize(6);
    }

    @Test
    void what_was_opened_before_a_remote_edit_came_is_a_conflict_when_it_is_closed() throws RefusedException {
        LocalItem open = desktop.open("doc.txt");
        laptop.write("doc.txt", "meanwhile");
        laptopIsFirst();
        desktop.close(open, "late");
        settleBoth();
        assertThat(laptop.holds("doc.txt", "meanwhile")).isTrue();
        assertThat(laptop.holds(copy("doc", ".txt"), "late")).isTrue();
    }

    @Test
    void edit_and_delete_the_edit_survives_whichever_is_first() throws RefusedException {
        ItemId id = laptop.at("doc.txt").itemId();
        laptop.remove("doc.txt");
        desktop.write("doc.txt", "edited");
        laptopIsFirst();
        assertThat(laptop.holds("doc.txt", "edited")).isTrue();
        assertThat(laptop.at("doc.txt").itemId()).isEqualTo(id);
        laptop.write("doc.txt", "again");
        desktop.remove("doc.txt");
        laptopIsFirst();
        assertThat(desktop.holds("doc.txt", "again")).isTrue();
    }

    @Test
    void delete_and_rename_the_delete_wins() throws RefusedException {
        laptop.remove("doc.txt");
        desktop.move("doc.txt", "renamed.txt");
        laptopIsFirst();
        assertThat(desktop.paths()).doesNotContain("/doc.txt", "/renamed.txt");
    }

    @Test
    void delete_after_rename_the_delete_wins() throws RefusedException {
        laptop.move("doc.txt", "renamed.txt");
        desktop.remove("doc.txt");
        laptopIsFirst();
        assertThat(desktop.paths()).doesNotContain("/doc.txt", "/renamed.txt");
    }

    @Test
    void rename_and_rename_the_first_wins() throws RefusedException {
        laptop.move("doc.txt", "a.txt");
        desktop.move("doc.txt", "b.txt");
        laptopIsFirst();
        assertThat(desktop.paths()).contains("/a.txt").doesNotContain("/b.txt", "/doc.txt");
    }

    @Test
    void rename_and_edit_both_apply() throws RefusedException {
        laptop.move("doc.txt", "G/renamed.txt");
        desktop.write("doc.txt", "edited");
        laptopIsFirst();
        assertThat(desktop.holds("G/renamed.txt", "edited")).isTrue();
        assertThat(desktop.paths()).hasSize(5);
    }

    @Test
    void metadata_and_edit_the_edit_wins_and_the_mode_is_tried_again() throws RefusedException {
        laptop.write("doc.txt", "edited");
        desktop.chmod("doc.txt", 0600);
        laptopIsFirst();
        assertThat(laptop.holds("doc.txt", "edited")).isTrue();
        assertThat(laptop.at("doc.txt").mode()).isEqualTo(0600);
        assertThat(laptop.at("doc.txt").mtimeNs()).isEqualTo(1);
    }

    @Test
    void create_and_create_equal_files_become_one_and_others_get_a_name() throws RefusedException {
        laptop.write("same", "equal");
        desktop.write("same", "equal");
        laptop.write("other", "mine");
        desktop.write("other", "yours");
        laptopIsFirst();
        assertThat(laptop.paths())
                .contains("/same", "/other", copy("other", ""))
                .hasSize(8);
    }

    @Test
    void create_and_create_folders_merge_with_what_is_in_them() throws RefusedException {
        laptop.mkdir("new");
        laptop.write("new/a", "a");
        desktop.mkdir("new");
        desktop.write("new/b", "b");
        ItemId own = desktop.at("new").itemId();
        laptopIsFirst();
        assertThat(laptop.paths()).contains("/new", "/new/a", "/new/b");
        assertThat(world.device(1).tree.item(own)).isPresent();
    }

    @Test
    void a_file_created_in_a_folder_that_was_deleted_brings_the_folder_back() throws RefusedException {
        laptop.removeTree("F");
        desktop.write("F/new", "new");
        laptopIsFirst();
        assertThat(laptop.paths()).contains("/F", "/F/new").doesNotContain("/F/x", "/F/y");
    }

    @Test
    void a_folder_deleted_after_a_change_inside_it_keeps_what_was_changed() throws RefusedException {
        laptop.write("F/x", "changed");
        laptop.write("F/new", "new");
        desktop.removeTree("F");
        laptopIsFirst();
        assertThat(desktop.holds("F/x", "changed")).isTrue();
        assertThat(desktop.paths()).contains("/F", "/F/new").doesNotContain("/F/y");
    }

    @Test
    void what_was_moved_out_of_a_deleted_folder_survives() throws RefusedException {
        laptop.removeTree("F");
        desktop.move("F/x", "G/x");
        laptopIsFirst();
        assertThat(laptop.holds("G/x", "x")).isTrue();
        assertThat(laptop.paths()).doesNotContain("/F", "/F/y");
    }

    @Test
    void a_move_into_a_deleted_folder_is_undone() throws RefusedException {
        laptop.removeTree("F");
        desktop.move("doc.txt", "F/doc.txt");
        laptopIsFirst();
        assertThat(laptop.holds("doc.txt", "original")).isTrue();
        assertThat(laptop.paths()).doesNotContain("/F");
    }

    @Test
    void of_crossing_moves_the_second_is_refused() throws RefusedException {
        laptop.move("F", "G/F");
        desktop.move("G", "F/G");
        laptopIsFirst();
        assertThat(desktop.paths()).contains("/G", "/G/F", "/G/F/x").doesNotContain("/F");
    }

    @Test
    void a_safe_save_is_an_edit_of_the_target() throws RefusedException {
        ItemId id = desktop.at("doc.txt").itemId();
        desktop.write("doc.txt.new", "saved");
        desktop.move("doc.txt.new", "doc.txt");
        settleBoth();
        assertThat(laptop.holds("doc.txt", "saved")).isTrue();
        assertThat(laptop.at("doc.txt").itemId()).isEqualTo(id);
        assertThat(world.server.log()).noneMatch(entry -> entry.toString().contains("doc.txt.new"));
    }

    @Test
    void a_move_and_the_deletion_of_the_folder_it_left_keep_the_moved_file() throws RefusedException {
        desktop.move("F/x", "G/x");
        desktop.removeTree("F");
        laptop.move("F/x", "x-elsewhere");
        laptopIsFirst();
        assertThat(laptop.holds("x-elsewhere", "x")).isTrue();
        assertThat(laptop.paths()).doesNotContain("/F", "/G/x");
    }
}
