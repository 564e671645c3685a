package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Placeholders that are read, kept and let go, on a real drive whose daemon has a small heap and a link that can be held back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HydrationIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LARGE_BYTES = 45_000_000;
    private static final int MIB = 1 << 20;

    @TempDir
    private static Path directory;

    private World world;
    private SlowLink link;
    private DeviceProcess reader;

    @BeforeAll
    void start() throws IOException {
        world = World.create(directory);
        link = new SlowLink(world.server().url());
        reader = new DeviceProcess(
                directory, "reader", world.vault().vaultId(), Account.own().withJavaOptions("-Xmx192m"));
        world.vault().admit(reader.register(link.url()));
        reader.attach();
    }

    @AfterAll
    void stop() throws IOException {
        try (World _ = world;
                SlowLink _ = link;
                DeviceProcess _ = reader) {
            // Closed in reverse order.
        }
    }

    private byte[] written(String name, int length, long seed) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        Files.createDirectories(world.laptop().path(name).getParent());
        Files.write(world.laptop().path(name), bytes);
        world.laptop().sync();
        reader.sync();
        return bytes;
    }

    private static byte[] part(Path file, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
                // Until all is read.
            }
        }
        return buffer.array();
    }

    private JsonNode shown(String name) throws IOException {
        return reader.ls(name).path(0);
    }

    private String state(String name) throws IOException {
        return shown(name).path("state").asText();
    }

    @Test
    void aLargeFileIsReadFromItsBeginningAndInItsMiddleWhileTheRestIsHeldBack() throws Exception {
        byte[] bytes = written("early/large", LARGE_BYTES, 1);
        double served = world.server().counter("tinysync_blob_download_bytes_total");
        link.holdBackAfter(3 * MIB);
        try (FileChannel file = FileChannel.open(reader.path("early/large"), StandardOpenOption.READ)) {
            ByteBuffer first = ByteBuffer.allocate(100_000);
            file.read(first, 0);
            assertThat(first.array()).isEqualTo(Arrays.copyOf(bytes, 100_000));
            ByteBuffer middle = ByteBuffer.allocate(100_000);
            file.read(middle, 30_000_000);
            assertThat(middle.array()).isEqualTo(Arrays.copyOfRange(bytes, 30_000_000, 30_100_000));
            assertThat(state("early/large")).isEqualTo("hydrating");
            link.open();
            // It is still open here: what is on its way is of use.
            assertThat(Files.readAllBytes(reader.path("early/large"))).isEqualTo(bytes);
        }
        assertThat(state("early/large")).isEqualTo("hydrated");
        assertThat(world.server().counter("tinysync_blob_download_bytes_total") - served)
                .as(
                        "bytes served: nothing was fetched twice but what was in the sockets' buffers where one stream met the other")
                .isLessThan(LARGE_BYTES + 16.0 * MIB);
    }

    @Test
    void listingRenamingMovingAndDeletingPlaceholdersTransfersNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(world.laptop().path("untouched/deep"));
            Files.writeString(world.laptop().path("untouched/deep/f" + i), "content " + i);
        }
        world.laptop().sync();
        reader.sync();
        double served = world.server().counter("tinysync_blob_downloads_total");
        Program.sh(reader.drive(), """
                        ls -lR untouched > /dev/null; stat untouched/deep/*; find untouched -size +1c | wc -l
                        mv untouched/deep/f1 untouched/renamed; mv untouched/deep untouched/moved; chmod 600 untouched/moved/f2
                        touch -d 2001-01-01 untouched/moved/f3; rm untouched/moved/f4; : > untouched/moved/f5""").ok();
        reader.sync();
        world.laptop().sync();
        assertThat(world.server().counter("tinysync_blob_downloads_total")).isEqualTo(served);
        assertThat(world.laptop().path("untouched/moved/f2")).hasContent("content 2");
        assertThat(world.laptop().path("untouched/moved/f4")).doesNotExist();
    }

    @Test
    void aPinnedFolderIsKeptWithWhatComesLaterAndItsFilesAreEvictedOnceItIsUnpinned() throws Exception {
        written("kept/one", 3 * MIB, 2);
        assertThat(state("kept/one")).isEqualTo("placeholder");

        reader.cli("pin", "kept").ok();
        Await.until("the pinned file is here", SOON, () -> state("kept/one").equals("hydrated"));
        written("kept/below/two", 1000, 3);
        Await.until(
                "what came later is here", SOON, () -> state("kept/below/two").equals("hydrated"));
        Program.sh(reader.drive(), "mkdir -p elsewhere; mv kept elsewhere/").ok();
        assertThat(shown("elsewhere/kept/one").path("pinned").asBoolean()).isTrue();
        Program.Run refused = reader.cli("evict", "elsewhere/kept/one");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("pinned");
        reader.detach();
        reader.attach();
        assertThat(shown("elsewhere/kept/one").path("pinned").asBoolean()).isTrue();
        assertThat(reader.cli("unpin", "elsewhere/kept/one").output()).contains("unpin that");

        reader.cli("unpin", "elsewhere/kept").ok();
        reader.sync();
        assertThat(reader.cli("evict", "elsewhere").ok()).contains("evicted 2 files");
        assertThat(state("elsewhere/kept/one")).isEqualTo("placeholder");
        assertThat(Files.size(reader.path("elsewhere/kept/one"))).isEqualTo(3 * MIB);
        assertThat(part(reader.path("elsewhere/kept/one"), 2 * MIB, 10)).hasSize(10);
    }

    @Test
    void whatTheServerDoesNotHaveYetIsNotEvicted() throws Exception {
        Files.createDirectories(reader.path("unsent"));
        reader.sync();
        try (FileChannel open =
                FileChannel.open(reader.path("unsent/open"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            open.write(ByteBuffer.wrap(new byte[1000]));
            open.force(true);
            Program.Run refused = reader.cli("evict", "unsent/open");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).contains("stays");
        }
        reader.sync();
        assertThat(reader.cli("evict", "unsent").ok()).contains("evicted 1 file");
        assertThat(Files.readAllBytes(reader.path("unsent/open"))).isEqualTo(new byte[1000]);
    }

    @Test
    void flippedAndTruncatedCacheFilesAreFoundBeforeTheyAreShown() throws Exception {
        byte[] flipped = written("damaged/flipped", 2 * MIB, 4);
        byte[] cut = written("damaged/cut", 2 * MIB, 5);
        Files.readAllBytes(reader.path("damaged/flipped"));
        Files.readAllBytes(reader.path("damaged/cut"));
        reader.detach();
        for (Path file : cacheFiles()) {
            if (Files.size(file) == 2 * MIB) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                byte[] bytes = Files.readAllBytes(file);
                if (Arrays.equals(bytes, cut)) {
                    Files.write(file, Arrays.copyOf(bytes, MIB));
                } else if (Arrays.equals(bytes, flipped)) {
                    bytes[MIB + 5] ^= 4;
                    Files.write(file, bytes);
                }
            }
        }
        reader.attach();
        assertThat(Files.readAllBytes(reader.path("damaged/flipped"))).isEqualTo(flipped);
        assertThat(Files.readAllBytes(reader.path("damaged/cut"))).isEqualTo(cut);
    }

    private Iterable<Path> cacheFiles() throws IOException {
        try (Stream<Path> files = Files.walk(reader.state().resolve("vaults"))) {
            return files.filter(file -> file.toString().contains("/cache/") && Files.isRegularFile(file))
                    .toList();
        }
    }
}
