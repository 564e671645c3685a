package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of a daemon and of the server in the midst of writing, and a manifest beside the drive of what was closed or fsynced:
 * in the end the other drive has all of it, byte for byte.
 */
@Tag("long")
final class ManifestIT {

    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @Test
    void whatWasClosedOrFsyncedBeforeAKillIsOnTheOtherDrive() throws Exception {
        killAndCompare(6);
    }

    @Test
    void alsoAfterManyKills() throws Exception {
        killAndCompare(60);
    }

    private void killAndCompare(int kills) throws Exception {
        Random random = new Random();
        try (World world = World.create(directory)) {
            ManifestWriter writer = new ManifestWriter(world.laptop().path("work"), random.nextLong());
            int inFlight = 0;
            writer.start();
            try {
                for (int kill = 0; kill < kills; kill++) {
                    long before = writer.recorded();
                    Await.until(
                            "files are written since the last kill",
                            SOON,
                            () -> writer.recorded() > before + 3,
                            writer::lastFailure);
                    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(300)).toNanos());
                    inFlight += writer.isWriting() ? 1 : 0;
                    if (kill % 3 == 2) {
                        world.server().kill9();
                        world.server().startAgain();
                    } else {
                        world.laptop().kill9();
                        world.laptop().attach();
                    }
                }
            } finally {
                writer.stop();
            }
            world.settle();
            Map<String, String> expected = writer.manifest();
            Map<String, String> arrived = hashes(world.desktop().path("work"), expected);
            System.out.printf(
                    "%d kills, %d with a write in flight; %d files recorded, %d of them rewritten; none missing%n",
                    kills, inFlight, expected.size(), writer.rewritten());
            assertThat(arrived).isEqualTo(expected);
            assertThat(inFlight).as("kills that hit a write in flight").isPositive();
        }
    }

    private static Map<String, String> hashes(Path folder, Map<String, String> names) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        for (String name : names.keySet()) {
            Path file = folder.resolve(name);
            hashes.put(name, Files.exists(file) ? Tree.hash(file) : "missing");
        }
        return hashes;
    }
}
