package io.tinysync.client.drive;

import static io.tinysync.client.drive.HasErrno.hasErrno;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and inodes. */
final class NamespaceTest {

    @TempDir
    Path directory;

    private DriveWorld world;
    private LocalDrive drive;

    @BeforeEach
    void world() throws IOException {
        world = new DriveWorld(directory);
        drive = world.drive;
    }

    private List<String> names(int perReply) {
        long handle = drive.openFolder(Drive.ROOT_INO);
        List<String> names = new ArrayList<>();
        long[] offset = {0};
        int[] before = {-1};
        while (names.size() != before[0]) {
            before[0] = names.size();
            drive.readFolder(handle, offset[0], (name, _, _, next) -> {
                if (names.size() == before[0] + perReply) {
                    return false;
                }
                offset[0] = next;
                return names.add(name);
            });
        }
        drive.releaseFolder(handle);
        return names;
    }

    @Test
    void an_item_has_the_same_inode_number_after_a_restart() throws IOException {
        world.save("a", "x");
        long before = world.ino("a");
        DriveWorld restarted = new DriveWorld(directory, world.tree, 0, 0);

        assertThat(restarted.ino("a")).isEqualTo(before);
    }

    @Test
    void a_folder_of_many_names_is_read_in_replies_of_any_size() {
        List<String> made = new ArrayList<>();
        for (int i = 1000; i < 2300; i++) {
            made.add("f" + i);
            drive.mkdir(Drive.ROOT_INO, "f" + i, 0755);
        }

        assertThat(names(7)).isEqualTo(made);
        assertThat(names(5000)).isEqualTo(made);
    }

    @Test
    void names_that_come_and_go_while_a_folder_is_read_neither_hide_nor_repeat_others() {
        for (int i = 1000; i < 2000; i++) {
            drive.mkdir(Drive.ROOT_INO, "f" + i, 0755);
        }
        long handle = drive.openFolder(Drive.ROOT_INO);
        List<String> seen = new ArrayList<>();
        drive.readFolder(handle, 0, (name, _, _, _) -> seen.size() < 600 && seen.add(name));
        drive.rmdir(Drive.ROOT_INO, "f1001");
        drive.mkdir(Drive.ROOT_INO, "e", 0755);
        drive.readFolder(handle, 600, (name, _, _, _) -> seen.add(name));

        assertThat(seen).hasSize(1000).doesNotHaveDuplicates().contains("f1999");
    }

    @Test
    void a_rename_onto_itself_changes_nothing() {
        world.save("a", "x");
        drive.rename(Drive.ROOT_INO, "a", Drive.ROOT_INO, "a", RenameMode.REPLACE);

        assertThat(world.read("a")).isEqualTo("x");
    }

    @Test
    void a_rename_that_must_not_replace_is_refused_where_there_is_something() {
        world.save("a", "x");
        world.save("b", "y");

        assertThatThrownBy(() -> drive.rename(Drive.ROOT_INO, "a", Drive.ROOT_INO, "b", RenameMode.KEEP_TARGET))
                .satisfies(hasErrno(Errno.EEXIST));
        assertThat(world.read("b")).isEqualTo("y");
    }

    @Test
    void a_moved_file_keeps_its_inode() {
        world.save("a", "x");
        long ino = world.ino("a");
        long folder = drive.mkdir(Drive.ROOT_INO, "d", 0755).ino();
        drive.rename(Drive.ROOT_INO, "a", folder, "b", RenameMode.REPLACE);

        assertThat(drive.lookup(folder, "b").ino()).isEqualTo(ino);
    }

    @Test
    void what_is_not_supported_is_refused_and_not_dropped() {
        world.save("a", "x");
        long ino = world.ino("a");

        assertThatThrownBy(() -> drive.setattr(ino, OptionalLong.empty(), AttributeChange.mode(04755)))
                .satisfies(hasErrno(Errno.EPERM));
        assertThatThrownBy(() -> drive.setattr(
                        ino, OptionalLong.empty(), AttributeChange.owner(OptionalInt.of(5), OptionalInt.empty())))
                .satisfies(hasErrno(Errno.EPERM));
        assertThat(drive.setattr(ino, OptionalLong.empty(), AttributeChange.owner(OptionalInt.of(0), OptionalInt.of(0)))
                        .mode())
                .isEqualTo(0644);
    }

    @Test
    void what_another_device_removed_is_gone_and_its_open_handle_is_not() {
        ItemId item = world.arrive("a", "from afar");
        long handle = world.open("a", OpenMode.READ);
        List<String> told = new ArrayList<>();
        drive.tell(new Invalidations() {
            @Override
            public void inode(long ino) {}

            @Override
            public void entry(long parentIno, String name) {
                told.add(parentIno + "/" + name);
            }

            @Override
            public void everything() {}
        });
        world.tree.arriveRemoval(item);

        assertThat(told).containsOnly("1/a");
        assertThatThrownBy(() -> world.ino("a")).satisfies(hasErrno(Errno.ENOENT));
        assertThat(world.read(handle)).isEqualTo("from afar");
    }

    @Test
    void links_give_back_their_target_as_it_was() {
        drive.symlink(Drive.ROOT_INO, "l", "../näh");

        assertThat(drive.readlink(world.ino("l"))).isEqualTo("../näh");
        assertThat(drive.getattr(world.ino("l")).sizeBytes()).isEqualTo(7);
    }
}
