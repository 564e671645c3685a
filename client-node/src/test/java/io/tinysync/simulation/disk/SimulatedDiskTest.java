package io.tinysync.simulation.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The simulated disk keeps the disk contract, and does what no test can have a real one do: it fails, and forgets. */
final class SimulatedDiskTest extends DiskContract {

    private static final int SEEDS = 200;
    private static final String OLD = "what was there before, in several blocks of the cache";
    private static final String NEW = "what came afterwards, in about as many blocks of it";

    private final Power power = new Power();
    private SimulatedDisk disk = new SimulatedDisk(power, () -> 2_000_000_000_000L);

    @Override
    Path emptyFolder() throws IOException {
        return Files.createDirectory(disk.rootPath().resolve("folder"));
    }

    private Path newFolder() throws IOException {
        disk = new SimulatedDisk(power, () -> 2_000_000_000_000L);
        Path folder = emptyFolder();
        force(disk.rootPath());
        return folder;
    }

    private static Path write(Path path, String text) throws IOException {
        return Files.write(path, text.getBytes(ISO_8859_1));
    }

    private static String read(Path path) throws IOException {
        return Files.exists(path) ? new String(Files.readAllBytes(path), ISO_8859_1) : "nothing";
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** All that a file may hold after power was lost, with some luck or other. */
    private interface Act {
        void on(Path folder) throws IOException;
    }

    private Set<String> afterPowerLoss(Act act) throws IOException {
        Set<String> found = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomGenerator chance = new Random(seed);
            Path folder = newFolder();
            act.on(folder);
            disk.losePower(chance::nextInt);
            found.add(read(folder.resolve("file")));
        }
        return found;
    }

    @Test
    void what_was_forced_with_its_name_survives_power_loss() throws IOException {
        assertThat(afterPowerLoss(folder -> {
                    force(write(folder.resolve("file"), OLD));
                    force(folder);
                }))
                .containsExactly(OLD);
    }

    @Test
    void a_name_that_was_not_forced_may_be_gone() throws IOException {
        assertThat(afterPowerLoss(folder -> force(write(folder.resolve("file"), OLD))))
                .containsExactlyInAnyOrder(OLD, "nothing");
    }

    @Test
    void bytes_that_were_not_forced_may_be_old_new_or_torn() throws IOException {
        Set<String> found = afterPowerLoss(folder -> {
            force(write(folder.resolve("file"), OLD));
            force(folder);
            write(folder.resolve("file"), NEW);
        });
        assertThat(found).contains(OLD, NEW).hasSizeGreaterThan(3);
    }

    @Test
    void a_rename_is_never_seen_half_done() throws IOException {
        assertThat(afterPowerLoss(folder -> {
                    force(write(folder.resolve("file"), OLD));
                    force(write(folder.resolve("fresh"), NEW));
                    force(folder);
                    Files.move(folder.resolve("fresh"), folder.resolve("file"), StandardCopyOption.ATOMIC_MOVE);
                }))
                .containsExactlyInAnyOrder(OLD, NEW);
    }

    @Test
    void an_fsync_that_failed_is_not_made_good_by_the_next() throws IOException {
        Set<String> found = afterPowerLoss(folder -> {
            force(write(folder.resolve("file"), OLD));
            force(folder);
            write(folder.resolve("file"), NEW);
            disk.faults().failFsyncs(1, bound -> 0);
            assertThatThrownBy(() -> force(folder.resolve("file"))).isInstanceOf(IOException.class);
            force(folder.resolve("file"));
        });
        assertThat(found).doesNotContain(NEW);
    }

    @Test
    void a_full_disk_refuses_bytes_and_names_and_still_takes_removals() throws IOException {
        Path folder = newFolder();
        Path file = write(folder.resolve("file"), OLD);
        disk.faults().full(true);
        assertThatThrownBy(() -> write(folder.resolve("other"), NEW)).hasMessage("No space left on device");
        assertThat(Files.getFileStore(folder).getUsableSpace()).isZero();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> channel.write(java.nio.ByteBuffer.allocate(1), 0))
                    .hasMessage("No space left on device");
            channel.truncate(0);
        }
        Files.delete(file);
    }

    @Test
    void a_killed_process_does_nothing_more_and_leaves_what_it_did() throws IOException {
        Path folder = newFolder();
        write(folder.resolve("file"), OLD);
        power.killAfter(0);
        assertThatThrownBy(() -> write(folder.resolve("file"), NEW)).isInstanceOf(Killed.class);
        assertThatThrownBy(() -> Files.exists(folder)).isInstanceOf(Killed.class);
        power.restore();
        assertThat(read(folder.resolve("file"))).isEqualTo(OLD);
    }

    @Test
    void a_flipped_bit_is_there_after_power_loss_too() throws IOException {
        Set<String> found = afterPowerLoss(folder -> {
            force(write(folder.resolve("file"), OLD));
            force(folder);
            assertThat(disk.flipBit(folder, "file"::equals, bound -> 0)).contains("file");
        });
        assertThat(found).hasSize(1).doesNotContain(OLD);
    }
}
