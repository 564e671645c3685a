package io.tinysync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files too big for an fsync to take their hash; here every file is one. What was fsynced comes back as recorded all the same. */
final class UnhashedFsyncTest {

    private static final int TRIES = 30;

    private final World world = World.calm();
    private final Person laptop = new Person(world, 0);
    private final Person desktop = new Person(world, 1);

    @BeforeEach
    void everyFileIsBig() {
        world.maxFsyncReadBytes = -1;
        laptop.restart();
    }

    @AfterEach
    void thePromisesHold() {
        world.rest();
        new Verdict(world).check();
    }

    private void settle() {
        world.settle(world.machines());
    }

    private void assertSent(String path, String text) {
        assertThat(laptop.read(path)).isEqualTo(text);
        assertThat(laptop.at(path).state()).isNotEqualTo(LocalState.HELD);
        settle();
        assertThat(desktop.read(path)).isEqualTo(text);
    }

    @Test
    void what_was_fsynced_in_an_open_file_is_sent_after_a_power_loss() {
        laptop.save("doc", "first text");
        settle();
        for (int i = 10; i < TRIES; i++) {
            Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
            laptop.write(handle, "edit " + i);
            laptop.fsync(handle);
            laptop.losePower();
            assertSent("doc", "edit " + i + "ext");
        }
    }

    @Test
    void what_was_fsynced_in_a_new_file_is_sent_after_a_power_loss() {
        for (int i = 0; i < TRIES; i++) {
            Desk.Handle handle = laptop.begin("new " + i);
            laptop.write(handle, "made " + i);
            laptop.fsync(handle);
            laptop.losePower();
            assertSent("new " + i, "made " + i);
        }
    }

    @Test
    void so_it_is_after_a_kill_and_after_a_second_loss_of_power_right_after_the_first() {
        laptop.save("doc", "first text");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "edit 1");
        laptop.fsync(handle);
        laptop.restart();
        laptop.losePower();
        assertSent("doc", "edit 1text");
    }

    @Test
    void the_last_of_several_fsyncs_counts() {
        laptop.save("doc", "first text");
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        for (int i = 0; i < 3; i++) {
            laptop.write(handle, "edit " + i);
            laptop.fsync(handle);
            laptop.append(handle, " and more");
            laptop.fsync(handle);
        }
        laptop.losePower();
        assertSent("doc", "edit 2text and more and more and more");
    }

    @Test
    void what_was_written_after_the_fsync_is_held_and_not_sent() {
        laptop.save("doc", "first text");
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "edit 1");
        laptop.fsync(handle);
        laptop.write(handle, "half");
        // The write had seen what it overwrites in place.
        world.judge.ledger().deleted(Sha256.hash("edit 1text".getBytes(StandardCharsets.ISO_8859_1)));
        laptop.restart();
        assertThat(laptop.read("doc")).isEqualTo("half 1text");
        assertThat(laptop.at("doc").state()).isEqualTo(LocalState.HELD);
        settle();
        assertThat(desktop.read("doc")).isEqualTo("first text");
    }

    @Test
    void another_devices_edit_meanwhile_is_a_conflict_as_with_any_edit() {
        laptop.save("doc", "first text");
        settle();
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "edit 1");
        laptop.fsync(handle);
        desktop.save("doc", "of the desktop");
        settle();
        laptop.losePower();
        settle();
        assertThat(laptop.paths()).hasSize(2);
        assertThat(laptop.read("doc")).isEqualTo("of the desktop");
    }

    @Test
    void a_record_that_came_after_the_fsync_is_not_taken_back() {
        laptop.save("doc", "first text");
        Desk.Handle handle = laptop.open("doc", OpenMode.WRITE);
        laptop.write(handle, "edit 1");
        laptop.fsync(handle);
        laptop.write(handle, "EDIT 2");
        laptop.close(handle);
        laptop.restart();
        assertSent("doc", "EDIT 2text");
    }
}
