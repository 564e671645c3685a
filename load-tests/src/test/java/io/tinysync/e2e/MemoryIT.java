package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounded heaps: large files pass through without being held, and a large vault costs a device little. */
final class MemoryIT {

    private static final Account SMALL = Account.own().withJavaOptions("-Xmx192m");

    @TempDir
    private Path directory;

    @Test
    void tenFilesOfFortyFiveMegabytesAtOncePassThroughSmallHeaps() throws Exception {
        try (World world = World.create(directory, Account.own().withJavaOptions("-Xmx256m"), SMALL)) {
            List<Program> writers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                DeviceProcess device = i % 2 == 0 ? world.laptop() : world.desktop();
                List<String> command =
                        List.of("sh", "-c", "head -c 45000000 /dev/urandom > " + device.path("large-" + i));
                writers.add(Program.start(command, Map.of(), directory.resolve("writer-" + i)));
            }
            for (Program writer : writers) {
                assertThat(writer.waitFor(Duration.ofMinutes(2))).isTrue();
            }
            world.settle();
            for (int i = 0; i < 10; i++) {
                assertThat(Tree.hash(world.desktop().path("large-" + i)))
                        .isEqualTo(Tree.hash(world.laptop().path("large-" + i)));
            }
            System.out.printf(
                    "ten files of 45 MB both ways: server -Xmx256m at %d MB resident, devices -Xmx192m at %d and %d MB%n",
                    residentMegabytes(world.server().pid()),
                    residentMegabytes(world.laptop().pid()),
                    residentMegabytes(world.desktop().pid()));
        }
    }

    @Test
    void aVaultOfAHundredThousandItemsAttachesAndListsInASmallHeap() throws Exception {
        try (World world = World.create(directory, Account.own(), SMALL)) {
            ApiWriter.join(world, "filler").fill(100, 999);
            long begin = System.nanoTime();
            try (DeviceProcess late = world.join(directory, "late", SMALL)) {
                late.sync();
                long attached = System.nanoTime();
                String count = Program.sh(late.drive(), "find . -mindepth 1 -type f -size 0 | wc -l")
                        .ok();
                assertThat(count.strip()).isEqualTo("99900");
                System.out.printf(
                        "100,000 items: attached and in sync after %d ms, listed with stat in %d ms, daemon -Xmx192m at %d MB resident%n",
                        (attached - begin) / 1_000_000,
                        (System.nanoTime() - attached) / 1_000_000,
                        residentMegabytes(late.pid()));
            }
            world.settle();
        }
    }

    private static long residentMegabytes(long pid) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }
}
