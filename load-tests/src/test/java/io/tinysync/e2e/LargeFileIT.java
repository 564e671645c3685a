package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of gigabytes, through heaps of a fraction of that. */
@Tag("long")
final class LargeFileIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    private Path directory;

    @Test
    void aFileOfThreeGigabytesGoesBothWays() throws Exception {
        Account server = Account.own().withJavaOptions("-Xmx256m");
        Account device = Account.own().withJavaOptions("-Xmx192m");
        try (World world = World.create(directory, server, device)) {
            write(world.laptop(), "from-laptop");
            write(world.desktop(), "from-desktop");
            long begin = System.nanoTime();
            world.laptop().syncFor(PATIENCE);
            world.desktop().syncFor(PATIENCE);
            world.laptop().syncFor(PATIENCE);
            long synced = System.nanoTime();
            for (String name : List.of("from-laptop", "from-desktop")) {
                assertThat(Files.size(world.laptop().path(name))).isEqualTo(3_000_000_000L);
                assertThat(hash(world.laptop(), name)).isEqualTo(hash(world.desktop(), name));
            }
            System.out.printf(
                    "3 GB each way: sent in %d s, read on both sides in %d s, server -Xmx256m at %d MB resident, devices"
                            + " -Xmx192m at %d and %d MB%n",
                    (synced - begin) / 1_000_000_000,
                    (System.nanoTime() - synced) / 1_000_000_000,
                    residentMegabytes(world.server().pid()),
                    residentMegabytes(world.laptop().pid()),
                    residentMegabytes(world.desktop().pid()));
        }
    }

    private void write(DeviceProcess device, String name) throws Exception {
        List<String> command = List.of("sh", "-c", "head -c 3000000000 /dev/urandom > " + device.path(name));
        assertThat(Program.start(command, Map.of(), directory.resolve(name)).waitFor(PATIENCE))
                .isTrue();
    }

    private static String hash(DeviceProcess device, String name) throws Exception {
        return Program.run(List.of("sha256sum", device.path(name).toString()), Map.of(), PATIENCE)
                .ok()
                .substring(0, 64);
    }

    private static long residentMegabytes(long pid) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }
}
