package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that was away for so long that the server no longer keeps the entries that follow those it knows. */
@Tag("long")
final class LongAbsenceIT {

    /** So many entries that the vault's state is saved, below which entries may be deleted. */
    private static final int FOLDERS = 30;

    private static final int FILES_EACH = 50;

    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void it_goes_on_from_a_snapshot_with_its_queued_work(@TempDir Path directory) throws Exception {
        Account forgetful =
                Account.own().with("TINYSYNC_LOG_RETENTION", "1s").with("TINYSYNC_RETENTION_INTERVAL", "1s");
        try (World world = World.create(directory, forgetful, Account.own())) {
            DeviceProcess laptop = world.laptop();
            Path folder = Files.createDirectories(laptop.path("absent"));
            Path onDesktop = world.desktop().path("absent");
            for (String name : List.of("edited.txt", "both.txt", "gone.txt", "gone and edited.txt")) {
                Files.writeString(folder.resolve(name), "old " + name);
            }
            world.settle();
            for (String name : List.of("both.txt", "gone and edited.txt")) {
                assertThat(onDesktop.resolve(name)).hasContent("old " + name);
            }
            world.server().stop();
            Files.writeString(onDesktop.resolve("both.txt"), "of the desktop");
            Files.writeString(onDesktop.resolve("gone and edited.txt"), "edited on the desktop");
            Files.writeString(onDesktop.resolve("queued.txt"), "queued on the desktop");
            world.desktop().detach();
            world.server().startAgain();
            Files.writeString(folder.resolve("edited.txt"), "edited on the laptop");
            Files.writeString(folder.resolve("both.txt"), "of the laptop");
            Files.delete(folder.resolve("gone.txt"));
            Files.delete(folder.resolve("gone and edited.txt"));
            laptop.sync();
            long head = laptop.status().path("head_seq").asLong();
            ApiWriter writer = ApiWriter.join(world, "writer");
            writer.fill(FOLDERS, FILES_EACH);
            Await.until("the log begins after what the desktop lacks", SOON, () -> writer.minRetainedSeq() > head);

            double snapshots = world.server().counter("tinysync_snapshots_total");
            world.desktop().attach();
            world.settle();
            world.settle();

            assertThat(world.server().counter("tinysync_snapshots_total")).isGreaterThan(snapshots);
            assertThat(onDesktop.resolve("edited.txt")).hasContent("edited on the laptop");
            assertThat(onDesktop.resolve("gone.txt")).doesNotExist();
            assertThat(onDesktop.resolve("gone and edited.txt")).hasContent("edited on the desktop");
            assertThat(onDesktop.resolve("queued.txt")).hasContent("queued on the desktop");
            assertThat(Tree.texts(onDesktop)).contains("of the laptop", "of the desktop");
            assertThat(Tree.complete(onDesktop)).isEqualTo(Tree.complete(folder));
        }
    }
}
