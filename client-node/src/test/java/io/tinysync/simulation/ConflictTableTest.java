package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.protocol.ItemId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each row of the conflict table (DESIGN section 5): two devices change the same thing, and the laptop is first. */
final class ConflictTableTest {

    private static final String DATE = "2027-01-15";

    private final World world = World.calm();
    private final Person laptop = new Person(world, 0);
    private final Person desktop = new Person(world, 1);

    @BeforeEach
    void somethingInStep() {
        laptop.save("doc.txt", "original");
        laptop.mkdir("F");
        laptop.save("F/x", "x");
        laptop.save("F/y", "y");
        laptop.mkdir("G");
        settleBoth();
    }

    @AfterEach
    void thePromisesHold() {
        world.rest();
        new Verdict(world).check();
    }

    private void settleBoth() {
        world.settle(world.machines());
    }

    private void laptopIsFirst() {
        world.settle(List.of(laptop.machine()));
        settleBoth();
    }

    /** A cell of the table, as campaigns count it. */
    private void isReached(String cell) {
        assertThat(ConflictTable.counts(world.tally))
                .hasEntrySatisfying(cell, count -> assertThat(count).isPositive());
    }

    private static String copy(String stem, String extension) {
        return "" + stem + " (conflicted copy, desktop, " + DATE + ")" + extension;
    }

    @Test
    void edit_and_edit_the_second_becomes_a_conflict_copy() {
        laptop.save("doc.txt", "mine");
        desktop.save("doc.txt", "yours");
        laptopIsFirst();
        assertThat(desktop.read("doc.txt")).isEqualTo("mine");
        assertThat(laptop.read(copy("doc", ".txt"))).isEqualTo("yours");
        isReached("edit / edit: a copy");
    }

    @Test
    void edit_and_equal_edit_no_copy() {
        laptop.save("doc.txt", "same");
        desktop.save("doc.txt", "same");
        laptopIsFirst();
        assertThat(desktop.paths()).containsExactly("F", "F/x", "F/y", "G", "doc.txt");
        isReached("edit / edit: equal");
    }

    @Test
    void a_device_that_edits_again_and_again_has_no_conflict_with_itself() {
        for (int i = 0; i < 5; i++) {
            desktop.save("doc.txt", "version " + i);
            desktop.machine().daemon().push();
        }
        laptopIsFirst();
        assertThat(laptop.read("doc.txt")).isEqualTo("version 4");
        assertThat(laptop.paths()).hasSize(5);
    }

    @Test
    void edits_on_top_of_a_lost_edit_follow_it_into_one_copy() {
        desktop.save("doc.txt", "one");
        desktop.save("doc.txt", "two");
        laptop.save("doc.txt", "first");
        laptopIsFirst();
        assertThat(laptop.read(copy("doc", ".txt"))).isEqualTo("two");
        assertThat(laptop.paths()).hasSize(6);
    }

    @Test
    void what_was_opened_before_a_remote_edit_came_is_a_conflict_when_it_is_closed() {
        Desk.Handle open = desktop.open("doc.txt", OpenMode.REWRITE);
        laptop.save("doc.txt", "meanwhile");
        laptopIsFirst();
        desktop.write(open, "late");
        desktop.close(open);
        settleBoth();
        assertThat(laptop.read("doc.txt")).isEqualTo("meanwhile");
        assertThat(laptop.read(copy("doc", ".txt"))).isEqualTo("late");
        isReached("edit / edit: opened before, saved after");
    }

    @Test
    void edit_and_delete_the_edit_survives_whichever_is_first() {
        ItemId id = laptop.at("doc.txt").itemId();
        laptop.remove("doc.txt");
        desktop.save("doc.txt", "edited");
        laptopIsFirst();
        assertThat(laptop.read("doc.txt")).isEqualTo("edited");
        assertThat(laptop.at("doc.txt").itemId()).isEqualTo(id);
        laptop.save("doc.txt", "again");
        desktop.remove("doc.txt");
        laptopIsFirst();
        assertThat(desktop.read("doc.txt")).isEqualTo("again");
        isReached("edit / delete: delete first");
        isReached("edit / delete: edit first");
    }

    @Test
    void delete_and_rename_the_delete_wins() {
        laptop.remove("doc.txt");
        desktop.move("doc.txt", "renamed.txt");
        laptopIsFirst();
        assertThat(desktop.paths()).doesNotContain("doc.txt", "renamed.txt");
        isReached("delete / rename or move: delete first, file");
    }

    @Test
    void delete_after_rename_the_delete_wins() {
        laptop.move("doc.txt", "renamed.txt");
        desktop.remove("doc.txt");
        laptopIsFirst();
        assertThat(desktop.paths()).doesNotContain("doc.txt", "renamed.txt");
        isReached("delete / rename or move: rename or move first, file");
    }

    @Test
    void rename_and_rename_the_first_wins() {
        laptop.move("doc.txt", "a.txt");
        desktop.move("doc.txt", "b.txt");
        laptopIsFirst();
        assertThat(desktop.paths()).contains("a.txt").doesNotContain("b.txt", "doc.txt");
        isReached("rename / rename, file");
    }

    @Test
    void rename_and_edit_both_apply() {
        laptop.move("doc.txt", "G/renamed.txt");
        desktop.save("doc.txt", "edited");
        laptopIsFirst();
        assertThat(desktop.read("G/renamed.txt")).isEqualTo("edited");
        assertThat(desktop.paths()).hasSize(5);
    }

    @Test
    void metadata_and_edit_the_edit_wins_and_the_mode_is_tried_again() {
        laptop.save("doc.txt", "edited");
        desktop.chmod("doc.txt", 0600);
        desktop.utimes("doc.txt", 77);
        laptopIsFirst();
        assertThat(laptop.read("doc.txt")).isEqualTo("edited");
        assertThat(laptop.at("doc.txt").mode()).isEqualTo(0600);
        assertThat(laptop.at("doc.txt").mtimeNs()).isNotEqualTo(77);
        isReached("metadata / edit: edit first");
    }

    @Test
    void create_and_create_equal_files_become_one_and_others_get_a_name() {
        laptop.save("same", "equal");
        desktop.save("same", "equal");
        laptop.save("other", "mine");
        desktop.save("other", "yours");
        laptopIsFirst();
        assertThat(laptop.paths()).contains("same", "other", copy("other", "")).hasSize(8);
        isReached("create / create: equal, file");
        isReached("create / create: another of that name, file");
    }

    @Test
    void create_and_create_folders_merge_with_what_is_in_them() {
        laptop.mkdir("new");
        laptop.save("new/a", "a");
        desktop.mkdir("new");
        desktop.save("new/b", "b");
        ItemId own = desktop.at("new").itemId();
        laptopIsFirst();
        assertThat(laptop.paths()).contains("new", "new/a", "new/b");
        assertThat(desktop.machine().daemon().tree().item(own)).isPresent();
        isReached("create / create: folders merge");
    }

    @Test
    void a_file_created_in_a_folder_that_was_deleted_brings_the_folder_back() {
        laptop.removeTree("F");
        desktop.save("F/new", "new");
        laptopIsFirst();
        assertThat(laptop.paths()).contains("F", "F/new").doesNotContain("F/x", "F/y");
        isReached("delete folder / change in it: delete first, create, file");
    }

    @Test
    void a_folder_deleted_after_a_change_inside_it_keeps_what_was_changed() {
        laptop.save("F/x", "changed");
        laptop.save("F/new", "new");
        desktop.removeTree("F");
        laptopIsFirst();
        assertThat(desktop.read("F/x")).isEqualTo("changed");
        assertThat(desktop.paths()).contains("F", "F/new").doesNotContain("F/y");
        isReached("delete folder / change in it: edit first");
        isReached("delete folder / change in it: create first");
        isReached("delete folder / change in it: the folder stays");
    }

    @Test
    void what_was_moved_out_of_a_deleted_folder_survives() {
        laptop.removeTree("F");
        desktop.move("F/x", "G/x");
        laptopIsFirst();
        assertThat(laptop.read("G/x")).isEqualTo("x");
        assertThat(laptop.paths()).doesNotContain("F", "F/y");
        isReached("delete folder / move out of it: delete first, file");
    }

    @Test
    void a_move_into_a_deleted_folder_is_undone() {
        laptop.removeTree("F");
        desktop.move("doc.txt", "F/doc.txt");
        laptopIsFirst();
        assertThat(laptop.read("doc.txt")).isEqualTo("original");
        assertThat(laptop.paths()).doesNotContain("F");
        isReached("move into a folder / delete it: delete first, file");
    }

    @Test
    void of_crossing_moves_the_second_is_refused() {
        laptop.move("F", "G/F");
        desktop.move("G", "F/G");
        laptopIsFirst();
        assertThat(desktop.paths()).contains("G", "G/F", "G/F/x").doesNotContain("F");
        isReached("crossing moves");
    }

    @Test
    void crossing_moves_hide_nothing_while_the_second_is_on_its_way() {
        laptop.move("F", "G/F");
        world.settle(List.of(laptop.machine()));
        desktop.move("G", "F/G");
        desktop.machine().daemon().pull();
        world.network.deliver(Long.MAX_VALUE);
        desktop.machine().daemon().push();
        world.network.deliver(Long.MAX_VALUE);
        assertThat(desktop.machine().daemon().tree().pendingTotals().ops()).isEqualTo(1);
        assertThat(desktop.paths()).contains("G/F/x");
        settleBoth();
        assertThat(desktop.paths()).contains("G/F/x").doesNotContain("F");
    }

    @Test
    void a_folder_that_comes_back_inside_what_was_moved_into_it_hides_nothing() {
        ItemId outer = laptop.at("G").itemId();
        ItemId inner = laptop.at("F").itemId();
        desktop.move("F", "G/F");
        world.administrator.delete(outer);
        world.administrator.restore(outer, inner, "G");
        desktop.machine().daemon().pull();
        world.network.deliver(Long.MAX_VALUE);
        desktop.machine().daemon().push();
        world.network.deliver(Long.MAX_VALUE);
        assertThat(desktop.paths()).contains("F/x", "F/G");
        settleBoth();
        assertThat(desktop.paths()).contains("F/x", "F/G").doesNotContain("G");
    }

    /** It comes back for what was made in it, before the folder is made that it was moved into. */
    @Test
    void a_folder_that_was_moved_into_what_was_made_in_it_comes_back_and_hides_nothing() {
        desktop.mkdir("F/new");
        desktop.mkdir("F/other");
        desktop.move("F/new", "F/other/new");
        desktop.move("F/other/new", "new");
        desktop.move("F", "new/F");
        laptop.removeTree("F");
        world.settle(List.of(laptop.machine()));
        desktop.machine().daemon().pull();
        world.network.deliver(Long.MAX_VALUE);
        desktop.machine().daemon().push();
        assertThat(desktop.paths()).contains("new/F/other");
        settleBoth();
        assertThat(laptop.paths()).contains("new/F/other").doesNotContain("F");
    }

    @Test
    void a_safe_save_is_an_edit_of_the_target() {
        ItemId id = desktop.at("doc.txt").itemId();
        desktop.save("doc.txt.new", "saved");
        desktop.move("doc.txt.new", "doc.txt");
        settleBoth();
        assertThat(laptop.read("doc.txt")).isEqualTo("saved");
        assertThat(laptop.at("doc.txt").itemId()).isEqualTo(id);
        assertThat(world.vault.log()).noneMatch(entry -> entry.toString().contains("doc.txt.new"));
    }

    @Test
    void a_move_and_the_deletion_of_the_folder_it_left_keep_the_moved_file() {
        desktop.move("F/x", "G/x");
        desktop.removeTree("F");
        laptop.move("F/x", "x-elsewhere");
        laptopIsFirst();
        assertThat(laptop.read("x-elsewhere")).isEqualTo("x");
        assertThat(laptop.paths()).doesNotContain("F", "G/x");
    }

    @Test
    void what_was_moved_out_of_a_folder_first_survives_the_removal_of_that_folder() {
        laptop.move("F/x", "G/x");
        desktop.removeTree("F");
        laptopIsFirst();
        assertThat(laptop.read("G/x")).isEqualTo("x");
        assertThat(desktop.paths()).containsExactly("G", "G/x", "doc.txt");
        isReached("delete folder / move out of it: move first, file");
    }

    @Test
    void a_folder_that_was_moved_out_first_survives_with_what_is_in_it() {
        laptop.mkdir("F/sub");
        laptop.save("F/sub/deep", "deep");
        settleBoth();
        laptop.move("F/sub", "G/sub");
        desktop.removeTree("F");
        laptopIsFirst();
        assertThat(laptop.read("G/sub/deep")).isEqualTo("deep");
        assertThat(desktop.paths()).containsExactly("G", "G/sub", "G/sub/deep", "doc.txt");
    }

    @Test
    void the_same_where_the_move_is_heard_of_before_the_removal_is_sent() {
        laptop.mkdir("F/sub");
        laptop.save("F/sub/deep", "deep");
        settleBoth();
        laptop.move("F/sub", "G/sub");
        world.settle(List.of(laptop.machine()));
        desktop.removeTree("F");
        desktop.machine().daemon().pull();
        world.network.deliver(Long.MAX_VALUE);
        settleBoth();
        assertThat(laptop.read("G/sub/deep")).isEqualTo("deep");
        assertThat(desktop.paths()).containsExactly("G", "G/sub", "G/sub/deep", "doc.txt");
    }

    /** As after any renaming: who removes the file itself has seen it, wherever it is by then. */
    @Test
    void a_file_that_was_moved_first_is_gone_if_it_was_removed_by_itself() {
        laptop.move("F/x", "G/x");
        desktop.remove("F/x");
        laptopIsFirst();
        assertThat(laptop.paths()).doesNotContain("F/x", "G/x");
    }

    @Test
    void a_folder_is_removed_with_all_that_is_in_it_by_one_op() {
        laptop.mkdir("F/sub");
        laptop.save("F/sub/deep", "deep");
        settleBoth();
        int before = world.vault.log().size();
        desktop.removeTree("F");
        settleBoth();
        assertThat(laptop.paths()).containsExactly("G", "doc.txt");
        assertThat(world.vault.log()).hasSize(before + 1);
    }

    @Test
    void equal_links_become_one_and_others_get_a_name() {
        laptop.link("same", "target");
        desktop.link("same", "target");
        laptop.link("other", "mine");
        desktop.link("other", "yours");
        laptopIsFirst();
        assertThat(laptop.paths()).contains("same", "other", copy("other", "")).hasSize(8);
        isReached("create / create: equal, symlink");
        isReached("create / create: another of that name, symlink");
    }

    @Test
    void an_edit_in_a_folder_that_was_deleted_brings_both_back() {
        laptop.removeTree("F");
        desktop.save("F/x", "edited");
        laptopIsFirst();
        assertThat(laptop.read("F/x")).isEqualTo("edited");
        assertThat(laptop.paths()).doesNotContain("F/y");
        isReached("delete folder / change in it: delete first, edit");
    }

    @Test
    void a_folder_deleted_after_a_move_into_it_stays_with_what_was_moved() {
        laptop.move("doc.txt", "F/doc.txt");
        desktop.removeTree("F");
        laptopIsFirst();
        assertThat(desktop.read("F/doc.txt")).isEqualTo("original");
        assertThat(desktop.paths()).containsExactly("F", "F/doc.txt", "G");
        isReached("delete folder / change in it: move into it first");
    }

    @Test
    void move_and_move_the_first_wins() {
        laptop.move("F", "G/F");
        desktop.mkdir("H");
        desktop.move("F", "H/F");
        laptopIsFirst();
        assertThat(desktop.paths()).contains("G/F/x", "H").doesNotContain("H/F", "F");
        isReached("move / move, folder");
    }

    @Test
    void metadata_of_what_was_deleted_is_dropped_and_a_delete_does_not_mind_it() {
        laptop.remove("F/x");
        desktop.chmod("F/x", 0600);
        laptop.chmod("F/y", 0600);
        desktop.remove("F/y");
        laptopIsFirst();
        assertThat(desktop.paths()).containsExactly("F", "G", "doc.txt");
        isReached("delete / metadata: delete first, file");
        isReached("delete / metadata: metadata first, file");
    }
}
