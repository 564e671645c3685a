package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.protocol.NamePolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What went wrong in other products, done to this one: each test is a row of {@code docs/field.md}. */
final class FieldTest {

    private static final int STEPS = 30;

    private World world = World.calm();
    private Person laptop = new Person(world, 0);
    private Person desktop = new Person(world, 1);

    private void inPortableVault() {
        world = World.calm(NamePolicy.PORTABLE);
        laptop = new Person(world, 0);
        desktop = new Person(world, 1);
    }

    @AfterEach
    void thePromisesHold() {
        world.rest();
        new Verdict(world).check();
    }

    private void settle() {
        world.settle(world.machines());
    }

    private void settle(Person person) {
        world.settle(List.of(person.machine()));
    }

    private void saveTree(Person person) {
        person.mkdir("folder");
        for (int i = 0; i < 8; i++) {
            person.save("folder/" + i, "text number " + i + " of several blocks");
        }
    }

    @Test
    void a_power_loss_during_a_download_uploads_no_empty_and_no_torn_file() {
        saveTree(desktop);
        settle();
        long head = world.vault.cursor().seq();
        for (int step = 0; step < STEPS; step++) {
            String file = "folder/" + step % 8;
            laptop.killedAt(step, () -> laptop.read(file));
            laptop.losePower();
            settle();
        }
        assertThat(world.vault.cursor().seq()).isEqualTo(head);
        assertThat(laptop.read("folder/7")).isEqualTo("text number 7 of several blocks");
    }

    @Test
    void a_first_sync_that_is_aborted_deletes_nothing() {
        saveTree(desktop);
        settle(desktop);
        long head = world.vault.cursor().seq();
        for (int step = 0; step < STEPS; step++) {
            laptop.killedAt(step, () -> settle(laptop));
        }
        settle();
        assertThat(world.vault.cursor().seq()).isEqualTo(head);
        assertThat(laptop.paths()).isEqualTo(desktop.paths()).hasSize(9);
    }

    @Test
    void a_device_that_cannot_take_in_what_is_new_deletes_nothing() {
        saveTree(desktop);
        settle();
        laptop.machine().disk().faults().full(true);
        desktop.save("folder/new", "new");
        settle();
        assertThatThrownBy(() -> laptop.read("folder/new")).isInstanceOf(DriveException.class);
        laptop.machine().disk().faults().full(false);
        settle();
        assertThat(desktop.paths()).hasSize(10);
        assertThat(laptop.read("folder/new")).isEqualTo("new");
    }

    @Test
    void a_folder_that_was_merged_into_another_is_shown_again_when_a_restored_server_has_it() {
        laptop.mkdir("F");
        laptop.save("F/old", "old");
        settle();
        Vault.Backup backup = world.vault.backup();
        laptop.removeTree("F");
        laptop.mkdir("F");
        world.settle(List.of(laptop.machine()));
        desktop.save("F/x", "x");
        settle();
        assertThat(desktop.paths()).contains("F/x").doesNotContain("F/old");
        world.vault.restore(backup);
        world.judge.historyLost();
        settle();
        assertThat(desktop.paths()).contains("F/old", "F/x");
        assertThat(laptop.paths()).contains("F/old", "F/x");
    }

    @Test
    void what_a_restored_server_had_accepted_is_sent_again_by_who_makes_its_index_anew_before_it_has_seen_that() {
        laptop.save("doc", "first");
        settle();
        Vault.Backup backup = world.vault.backup();
        laptop.save("new", "made after the backup");
        sendWithoutReading(laptop);
        world.vault.restore(backup);
        world.judge.historyLost();
        desktop.save("other", "made after the restore");
        settle(desktop);
        laptop.machine().daemon().resync();
        settle();
        assertThat(desktop.read("new")).isEqualTo("made after the backup");
    }

    private void sendWithoutReading(Person person) {
        for (int i = 0; i < STEPS; i++) {
            person.machine().daemon().push();
            world.nowMs = Math.max(world.nowMs + 10, world.network.nextMs());
            while (world.network.deliver(world.nowMs)) {
                world.nowMs++;
            }
        }
    }

    @Test
    void a_server_restored_from_a_backup_takes_nothing_newer_away() {
        saveTree(desktop);
        settle();
        Vault.Backup backup = world.vault.backup();
        desktop.save("folder/0", "edited after the backup");
        laptop.save("folder/new", "made after the backup");
        laptop.move("folder/1", "moved after the backup");
        settle();
        world.vault.restore(backup);
        world.judge.historyLost();
        settle();
        settle();
        assertThat(laptop.read("folder/0 (conflicted copy, before a restore, 2027-01-15)"))
                .isEqualTo("edited after the backup");
        assertThat(desktop.read("folder/new")).isEqualTo("made after the backup");
        assertThat(laptop.paths()).isEqualTo(desktop.paths());
    }

    @Test
    void what_was_saved_after_a_backup_in_which_another_content_was_deleted_stays() {
        laptop.save("doc", "old");
        settle();
        desktop.machine().online(false);
        Vault.Backup withDoc = world.vault.backup();
        laptop.save("doc", "newer");
        settle(laptop);
        desktop.remove("doc");
        world.vault.restore(withDoc);
        world.judge.historyLost();
        desktop.machine().online(true);
        settle(desktop);
        settle();
        assertThat(laptop.read("doc")).isEqualTo("newer");
        assertThat(desktop.read("doc")).isEqualTo("newer");
    }

    @Test
    void what_all_devices_have_beyond_a_backup_is_copied_once() {
        laptop.save("doc", "old");
        laptop.save("other", "old");
        settle();
        Vault.Backup backup = world.vault.backup();
        desktop.save("doc", "newer");
        laptop.save("other", "newer, of the laptop");
        settle();
        assertThat(laptop.read("doc")).isEqualTo("newer");
        assertThat(desktop.read("other")).isEqualTo("newer, of the laptop");
        desktop.machine().online(false);
        desktop.save("other", "newest, on the desktop");
        world.vault.restore(backup);
        world.judge.historyLost();
        settle(laptop);
        desktop.machine().online(true);
        settle();
        assertThat(laptop.paths())
                .isEqualTo(desktop.paths())
                .containsExactlyInAnyOrder(
                        "doc",
                        "doc (conflicted copy, before a restore, 2027-01-15)",
                        "other",
                        "other (conflicted copy, before a restore, 2027-01-15)",
                        "other (conflicted copy, desktop, 2027-01-15)");
        assertThat(desktop.read("other (conflicted copy, desktop, 2027-01-15)")).isEqualTo("newest, on the desktop");
    }

    @Test
    void devices_that_rejoin_at_once_copy_what_both_have_once() {
        laptop.save("doc", "old");
        settle();
        Vault.Backup backup = world.vault.backup();
        desktop.save("doc", "newer");
        settle();
        assertThat(laptop.read("doc")).isEqualTo("newer");
        world.vault.restore(backup);
        world.judge.historyLost();
        settle();
        settle();
        assertThat(laptop.paths())
                .isEqualTo(desktop.paths())
                .containsExactlyInAnyOrder("doc", "doc (conflicted copy, before a restore, 2027-01-15)");
    }

    @Test
    void a_device_set_back_to_an_old_image_deletes_nothing_newer() {
        saveTree(desktop);
        settle();
        laptop.machine().takeImage();
        laptop.save("folder/0", "edited after the image");
        laptop.save("folder/new", "made after the image");
        desktop.save("desk", "made elsewhere after the image");
        settle();
        laptop.goBack();
        settle();
        assertThat(laptop.read("folder/0")).isEqualTo("edited after the image");
        assertThat(laptop.read("folder/new")).isEqualTo("made after the image");
        assertThat(desktop.paths()).hasSize(11);
    }

    @Test
    void an_edit_made_on_an_old_copy_does_not_overwrite_the_newer_one() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        desktop.save("doc", "newer");
        settle();
        laptop.write(handle, "based on the first");
        laptop.close(handle);
        settle();
        assertThat(desktop.read("doc")).isEqualTo("newer");
        assertThat(desktop.paths()).hasSize(2);
    }

    @Test
    void a_change_that_is_not_sent_yet_survives_a_rename_and_a_crash() {
        laptop.machine().online(false);
        laptop.save("doc", "written offline");
        laptop.mkdir("folder");
        laptop.move("doc", "folder/renamed");
        laptop.restart();
        laptop.losePower();
        laptop.machine().online(true);
        settle();
        assertThat(desktop.read("folder/renamed")).isEqualTo("written offline");
    }

    @Test
    void a_placeholder_that_is_renamed_and_moved_keeps_its_content() {
        saveTree(desktop);
        settle();
        laptop.move("folder/0", "elsewhere");
        laptop.move("folder", "renamed");
        settle();
        assertThat(laptop.read("elsewhere")).isEqualTo("text number 0 of several blocks");
        assertThat(laptop.read("renamed/1")).isEqualTo("text number 1 of several blocks");
    }

    @Test
    void a_case_only_rename_is_a_rename() {
        inPortableVault();
        laptop.save("doc", "text");
        settle();
        laptop.move("doc", "DOC");
        settle();
        assertThat(desktop.paths()).containsExactly("DOC");
        assertThat(desktop.read("DOC")).isEqualTo("text");
    }

    @Test
    void two_unicode_forms_of_a_name_are_one_and_neither_is_rewritten() {
        inPortableVault();
        String composed = "caf\u00e9";
        String decomposed = "cafe\u0301";
        laptop.save(composed, "from the laptop");
        settle();
        assertThatThrownBy(() -> desktop.begin(decomposed))
                .isInstanceOfSatisfying(
                        DriveException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        desktop.move(composed, decomposed);
        settle();
        assertThat(laptop.paths()).containsExactly(decomposed);
        assertThat(laptop.read(decomposed)).isEqualTo("from the laptop");
    }

    @Test
    void a_time_of_zero_or_before_1970_travels_like_any_other() {
        long[] times = {0, -1, -62_135_596_800_000_000L, Long.MAX_VALUE, Long.MIN_VALUE};
        for (int i = 0; i < times.length; i++) {
            laptop.save("file " + i, "text " + i);
            laptop.utimes("file " + i, times[i]);
        }
        settle();
        for (int i = 0; i < times.length; i++) {
            assertThat(desktop.at("file " + i).mtimeNs()).isEqualTo(times[i]);
        }
    }

    @Test
    void a_single_user_who_saves_again_and_again_has_no_conflict_with_himself() {
        laptop.save("doc", "version 0");
        for (int i = 1; i < 20; i++) {
            laptop.save("doc", "version " + i);
            laptop.machine().daemon().push();
            if (i % 3 == 0) {
                world.network.deliver(Long.MAX_VALUE);
            }
            if (i % 7 == 0) {
                laptop.restart();
            }
        }
        settle();
        assertThat(desktop.paths()).containsExactly("doc");
        assertThat(desktop.read("doc")).isEqualTo("version 19");
    }

    @Test
    void a_conflict_over_a_conflict_copy_is_named_after_the_file_and_not_after_the_copy() {
        laptop.save("doc.txt", "first");
        settle();
        laptop.save("doc.txt", "laptop's");
        desktop.save("doc.txt", "desktop's");
        settle(laptop);
        settle();
        String copy = "doc (conflicted copy, desktop, 2027-01-15).txt";
        laptop.save(copy, "laptop's, of the copy");
        desktop.save(copy, "desktop's, of the copy");
        settle(laptop);
        settle();
        assertThat(laptop.paths())
                .containsExactly(
                        "doc (conflicted copy, desktop, 2027-01-15).txt",
                        "doc (conflicted copy, desktop, 2027-01-15, 2).txt",
                        "doc.txt");
    }

    @Test
    void a_subtree_that_comes_back_is_one_entry_and_is_shown_at_once() {
        saveTree(desktop);
        settle();
        world.administrator.delete(desktop.at("folder").itemId());
        settle();
        assertThat(laptop.paths()).isEmpty();
        long head = world.vault.cursor().seq();
        world.administrator.restoreSubtree();
        settle();
        assertThat(world.vault.cursor().seq()).isEqualTo(head + 1);
        assertThat(laptop.paths()).hasSize(9);
        assertThat(laptop.read("folder/3")).isEqualTo("text number 3 of several blocks");
    }

    @Test
    void a_drive_whose_server_is_gone_answers_df_ls_and_stat_at_once() {
        saveTree(desktop);
        settle();
        laptop.machine().online(false);
        laptop.restart();
        laptop.lookAround();
        assertThat(laptop.machine().daemon().drive().statfs()).isNotNull();
        assertThat(laptop.paths()).hasSize(9);
        assertThatThrownBy(() -> laptop.read("folder/0"))
                .isInstanceOfSatisfying(
                        DriveException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENETUNREACH));
        laptop.machine().online(true);
    }

    @Test
    void a_name_that_another_system_cannot_have_is_refused_when_it_is_made() {
        inPortableVault();
        for (String name : List.of("a:b", "NUL", "trailing.", "what?")) {
            assertThatThrownBy(() -> laptop.begin(name))
                    .isInstanceOfSatisfying(
                            DriveException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        }
        laptop.save("ab", "text");
        assertThatThrownBy(() -> laptop.move("ab", "a|b")).isInstanceOf(DriveException.class);
        settle();
        assertThat(desktop.paths()).containsExactly("ab");
    }

    @Test
    void the_lock_file_of_an_editor_stays_on_its_device() {
        laptop.save("doc.odt", "text");
        laptop.save(".~lock.doc.odt#", "laptop has it open");
        settle();
        desktop.save(".~lock.doc.odt#", "desktop has it open");
        settle();
        assertThat(desktop.read(".~lock.doc.odt#")).isEqualTo("desktop has it open");
        assertThat(laptop.read(".~lock.doc.odt#")).isEqualTo("laptop has it open");
        assertThat(laptop.at(".~lock.doc.odt#").state()).isEqualTo(LocalState.LOCAL_ONLY);
        laptop.remove(".~lock.doc.odt#");
        settle();
        assertThat(desktop.read("doc.odt")).isEqualTo("text");
    }

    @Test
    void a_full_disk_is_told_to_the_writer_and_is_no_deletion() {
        laptop.save("doc", "first");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.machine().disk().faults().full(true);
        assertThatThrownBy(() -> laptop.append(handle, "more"))
                .isInstanceOfSatisfying(
                        DriveException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
        laptop.close(handle);
        settle();
        assertThat(desktop.read("doc")).isEqualTo("first");
        laptop.machine().disk().faults().full(false);
        laptop.save("doc", "second");
        settle();
        assertThat(desktop.read("doc")).isEqualTo("second");
    }

    @Test
    void a_file_made_in_a_folder_that_another_device_deletes_is_kept_with_the_folder() {
        saveTree(desktop);
        settle();
        laptop.save("folder/new", "made meanwhile");
        desktop.removeTree("folder");
        settle(desktop);
        settle();
        assertThat(desktop.paths()).containsExactly("folder", "folder/new");
        assertThat(desktop.read("folder/new")).isEqualTo("made meanwhile");
    }
}
