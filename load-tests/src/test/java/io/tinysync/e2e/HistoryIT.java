package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device and a server whose histories do not go together any more: either was put back from an older copy. Nothing that is newer is lost, and the devices show the same.
 */
@Tag("long")
final class HistoryIT {

    private static final Duration COPY = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static World world;
    private static ApiWriter observer;

    @BeforeAll
    static void start() throws Exception {
        world = World.create(directory);
        observer = ApiWriter.join(world, "observer");
    }

    @AfterAll
    static void stop() throws Exception {
        world.close();
    }

    @Test
    void a_device_put_back_to_an_older_state_repeats_what_was_pending_then_and_loses_nothing_written_since()
            throws Exception {
        DeviceProcess laptop = world.laptop();
        Path folder = Files.createDirectories(laptop.path("rewound"));
        Files.writeString(folder.resolve("plan.txt"), "first");
        world.settle();
        world.server().stop();
        Files.writeString(folder.resolve("plan.txt"), "second");
        Files.writeString(folder.resolve("pending.txt"), "pending in the copy");
        laptop.detach();
        Path copy = copy(laptop.state(), "the device's copy");
        world.server().startAgain();
        laptop.attach();
        laptop.sync();
        Files.writeString(folder.resolve("pending.txt"), "changed after the copy");
        Files.writeString(folder.resolve("newer.txt"), "made after the copy");
        world.settle();
        for (int save = 0; save < 5; save++) {
            Files.writeString(folder.resolve("saves.txt"), "save " + save);
            laptop.sync();
        }
        laptop.detach();
        long highest = DeviceStoreFile.requestNo(laptop, world.vault());

        putBack(copy, laptop.state());
        assertThat(DeviceStoreFile.requestNo(laptop, world.vault())).isLessThan(highest);
        assertThat(DeviceStoreFile.pendingOps(laptop, world.vault())).isNotEmpty();
        world.server().stop();
        laptop.attach();
        Files.writeString(folder.resolve("plan.txt"), "third, without knowing of a rewind");
        world.server().startAgain();
        settle();

        assertThat(DeviceStoreFile.requestNo(laptop, world.vault()))
                .as("request numbers go on above those that the server had seen")
                .isGreaterThan(highest);
        // To the server two devices have changed it after the first text: what was pending then was sent before, with
        // another end.
        assertThat(Tree.texts(folder)).contains("second", "third, without knowing of a rewind");
        assertThat(folder.resolve("pending.txt")).hasContent("changed after the copy");
        assertThat(folder.resolve("newer.txt")).hasContent("made after the copy");
        assertThat(folder.resolve("saves.txt")).hasContent("save 4");
        assertThat(Tree.texts(folder)).hasSize(5);
        assertThat(observer.wholeLog().stream().map(Entry::opId)).doesNotHaveDuplicates();
        assertEqual("rewound");
    }

    @Test
    void a_server_put_back_from_a_backup_in_silence_gets_back_what_its_devices_have_beyond_it() throws Exception {
        DeviceProcess laptop = world.laptop();
        Path folder = Files.createDirectories(laptop.path("restored"));
        Path onDesktop = world.desktop().path("restored");
        Files.writeString(folder.resolve("shared.txt"), "old");
        Files.writeString(folder.resolve("kept.txt"), "kept");
        Files.writeString(folder.resolve("gone.txt"), "removed after the backup");
        world.settle();
        Path backup = backUp();
        Files.writeString(folder.resolve("shared.txt"), "newer than the backup");
        Files.writeString(folder.resolve("after.txt"), "made after the backup");
        Files.delete(folder.resolve("gone.txt"));
        world.settle();
        Files.move(onDesktop.resolve("kept.txt"), onDesktop.resolve("renamed.txt"));
        Files.writeString(onDesktop.resolve("of the desktop.txt"), "made on the desktop");
        assertThat(onDesktop.resolve("shared.txt")).hasContent("newer than the backup");
        world.settle();
        world.server().stop();
        Files.writeString(folder.resolve("pending.txt"), "never sent to the server that was");
        Files.writeString(onDesktop.resolve("shared.txt"), "newest, on the desktop");
        long head = laptop.status().path("cursor_seq").asLong();

        putBack(backup, world.server().data());
        world.server().startAgain();
        assertThat(observer.wholeLog()).hasSizeLessThan((int) head);
        settle();

        assertThat(Tree.texts(folder))
                .contains(
                        "made after the backup",
                        "made on the desktop",
                        "never sent to the server that was",
                        "newer than the backup",
                        "newest, on the desktop",
                        "kept");
        assertThat(laptop.path("restored/after.txt")).hasContent("made after the backup");
        assertEqual("restored");
    }

    @Test
    void an_announced_restore_begins_an_epoch_for_devices_before_the_backup_and_beyond_it_alike() throws Exception {
        DeviceProcess laptop = world.laptop();
        Path folder = Files.createDirectories(laptop.path("announced"));
        Path onDesktop = world.desktop().path("announced");
        Files.writeString(folder.resolve("shared.txt"), "old");
        world.settle();
        long epoch = observer.wholeLog().getLast().epoch();
        // The desktop stays before the backup, with work of its own; the laptop goes beyond it.
        world.server().stop();
        Files.writeString(onDesktop.resolve("offline.txt"), "pending on the desktop");
        world.desktop().detach();
        Path backup = copy(world.server().data(), "backup of an announced restore");
        world.server().startAgain();
        Files.writeString(folder.resolve("shared.txt"), "newer than the backup");
        Files.writeString(folder.resolve("after.txt"), "made after the backup");
        laptop.sync();

        world.server().stop();
        putBack(backup, world.server().data());
        world.server().startAgain("--restored");
        world.desktop().attach();
        settle();

        assertThat(observer.wholeLog().getLast().epoch()).isGreaterThan(epoch);
        assertThat(Tree.texts(folder))
                .contains("newer than the backup", "made after the backup", "pending on the desktop");
        assertEqual("announced");
    }

    private static Path backUp() throws IOException {
        world.server().stop();
        Path backup = copy(world.server().data(), "backup");
        world.server().startAgain();
        return backup;
    }

    private static Path copy(Path source, String name) throws IOException {
        Path copy = directory.resolve(name);
        Program.run(List.of("cp", "-a", source.toString(), copy.toString()), Map.of(), COPY)
                .ok();
        return copy;
    }

    private static void putBack(Path copy, Path place) throws IOException {
        Program.run(List.of("rm", "-rf", place.toString()), Map.of(), COPY).ok();
        Files.move(copy, place);
    }

    /** Until what one device sent because of another's change has come back to that other. */
    private static void settle() throws IOException {
        world.settle();
        world.settle();
    }

    private static void assertEqual(String folder) throws IOException {
        assertThat(Tree.complete(world.desktop().path(folder)))
                .isEqualTo(Tree.complete(world.laptop().path(folder)));
        assertThat(world.laptop().status().path("errors")).isEmpty();
        assertThat(world.desktop().status().path("errors")).isEmpty();
    }
}
