package io.tinysync.client.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a drive finds that was killed: the world is simply left, and another made over its tree and its directory. */
final class RecoveryTest {

    @TempDir
    Path directory;

    private DriveWorld world;

    @BeforeEach
    void world() throws IOException {
        world = new DriveWorld(directory);
    }

    private DriveWorld restarted() throws IOException {
        return new DriveWorld(directory, world.tree, 0, 0);
    }

    private long workingFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("work"))) {
            return files.count();
        }
    }

    @Test
    void what_was_closed_becomes_pending() throws IOException {
        long handle = world.create("a");
        world.write(handle, 0, "closed once");
        world.drive.flush(handle);
        DriveWorld after = restarted();

        assertThat(after.read("a")).isEqualTo("closed once");
        assertThat(world.tree.releases).hasSize(1);
        assertThat(workingFiles()).isZero();
    }

    @Test
    void bytes_that_were_never_closed_are_kept_at_their_path_and_not_recorded() throws IOException {
        long handle = world.create("a");
        world.write(handle, 0, "half writ");
        DriveWorld after = restarted();

        assertThat(after.read("a")).isEqualTo("half writ");
        assertThat(after.drive.getattr(after.ino("a")).sizeBytes()).isEqualTo(9);
        assertThat(world.seals()).isEmpty();
        assertThat(restarted().read("a")).isEqualTo("half writ");
    }

    @Test
    void held_bytes_survive_being_opened_for_writing_without_a_write() throws IOException {
        world.write(world.create("a"), 0, "half writ");
        DriveWorld after = restarted();
        after.close(after.open("a", OpenMode.WRITE));
        long _ = after.open("a", OpenMode.WRITE);

        assertThat(restarted().read("a")).isEqualTo("half writ");
    }

    @Test
    void held_bytes_are_the_beginning_of_the_next_write_which_ends_the_hold() throws IOException {
        world.write(world.create("a"), 0, "half writ");
        DriveWorld after = restarted();
        long handle = after.open("a", OpenMode.APPEND);
        after.write(handle, 0, "ten");
        after.close(handle);

        assertThat(after.read("a")).isEqualTo("half written");
        assertThat(world.seals()).hasSize(1);
        assertThat(restarted().read("a")).isEqualTo("half written");
    }

    @Test
    void a_recorded_state_and_the_unrecorded_bytes_after_it_are_both_kept() throws IOException {
        long handle = world.create("log");
        world.write(handle, 0, "one ");
        world.drive.flush(handle);
        world.write(handle, 4, "two");
        DriveWorld after = restarted();

        assertThat(after.here(world.seals().getFirst().content())).isEqualTo("one ");
        assertThat(after.read("log")).isEqualTo("one two");
    }

    @Test
    void a_truncation_that_was_never_closed_did_not_happen() throws IOException {
        world.save("a", "kept");
        long _ = world.open("a", OpenMode.REWRITE);

        assertThat(restarted().read("a")).isEqualTo("kept");
        assertThat(workingFiles()).isZero();
    }

    @Test
    void a_new_file_to_which_nothing_was_written_goes() throws IOException {
        long _ = world.create("a");

        assertThat(restarted().tree.child(ItemId.ROOT, "a")).isEmpty();
    }
}
