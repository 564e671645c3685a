package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.blob.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of gigabytes, through heaps of a fraction of that. */
@Tag("long")
final class LargeFileIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Account SERVER = Account.own().withJavaOptions("-Xmx256m");
    private static final Account DEVICE = Account.own().withJavaOptions("-Xmx192m");

    /** The heaps above, and what a JVM needs besides: some 100 MB whatever the files' size. */
    private static final long MOST_RESIDENT_MEGABYTES = 480;

    @TempDir
    private Path directory;

    @Test
    void aFileOfThreeGigabytesGoesBothWays() throws Exception {
        try (World world = World.create(directory, SERVER, DEVICE)) {
            goBothWays(world, "3 GB each way", List.of("from-laptop"), List.of("from-desktop"), 3_000_000_000L);
        }
    }

    /** Four of them at once is as many as go to the bucket at a time. */
    @Test
    void filesOfAGigabyteGoThroughABucket() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"));
                World world = World.create(directory, SERVER.withBlobsInS3(s3.port()), DEVICE)) {
            goBothWays(world, "2 × 1 GB each way by S3", List.of("a", "b"), List.of("c", "d"), 1_000_000_000L);
        }
    }

    private void goBothWays(World world, String what, List<String> ofLaptop, List<String> ofDesktop, long bytes)
            throws Exception {
        long begin = System.nanoTime();
        List<Program> writers = new ArrayList<>();
        ofLaptop.forEach(name -> writers.add(write(world.laptop(), name, bytes)));
        ofDesktop.forEach(name -> writers.add(write(world.desktop(), name, bytes)));
        for (Program writer : writers) {
            assertThat(writer.waitFor(PATIENCE)).isTrue();
        }
        long written = System.nanoTime();
        world.laptop().syncFor(PATIENCE);
        world.desktop().syncFor(PATIENCE);
        world.laptop().syncFor(PATIENCE);
        long synced = System.nanoTime();
        for (String name : Stream.concat(ofLaptop.stream(), ofDesktop.stream()).toList()) {
            assertThat(Files.size(world.laptop().path(name))).isEqualTo(bytes);
            assertThat(hash(world.laptop(), name)).isEqualTo(hash(world.desktop(), name));
        }
        long read = System.nanoTime();
        List<Long> resident = List.of(
                residentMegabytes(world.server().pid()),
                residentMegabytes(world.laptop().pid()),
                residentMegabytes(world.desktop().pid()));
        System.out.printf(
                "%s: written in %d s, sent %d s later, read on both sides in %d s; at most resident: server -Xmx256m"
                        + " %d MB, devices -Xmx192m %d and %d MB%n",
                what,
                seconds(written - begin),
                seconds(synced - written),
                seconds(read - synced),
                resident.get(0),
                resident.get(1),
                resident.get(2));
        assertThat(resident).allMatch(megabytes -> megabytes < MOST_RESIDENT_MEGABYTES);
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    private Program write(DeviceProcess device, String name, long bytes) {
        try {
            return Program.start(
                    List.of("sh", "-c", "head -c " + bytes + " /dev/urandom > " + device.path(name)),
                    Map.of(),
                    directory.resolve("writer of " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
