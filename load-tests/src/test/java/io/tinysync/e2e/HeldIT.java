package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does about files that were being written when the daemon was killed. */
final class HeldIT {

    @TempDir
    private Path directory;

    private World world;

    @BeforeEach
    void killInTheMidstOfWriting() throws Exception {
        world = World.create(directory);
        DeviceProcess laptop = world.laptop();
        Files.createDirectories(laptop.path("work"));
        for (String name : List.of("keep.txt", "drop.txt")) {
            Files.writeString(laptop.path("work/" + name), "closed before");
        }
        world.settle();
        List<FileChannel> open = new ArrayList<>();
        for (String name : List.of("keep.txt", "drop.txt", "new.txt")) {
            FileChannel channel =
                    FileChannel.open(laptop.path("work/" + name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.write(ByteBuffer.wrap("half written, not closed".getBytes(StandardCharsets.US_ASCII)));
            open.add(channel);
        }
        laptop.kill9();
        for (FileChannel channel : open) {
            closeQuietly(channel);
        }
        laptop.attach();
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The drive that it was opened on is gone.
        }
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    @Test
    void held_files_are_listed_kept_or_dropped() throws Exception {
        DeviceProcess laptop = world.laptop();
        JsonNode listed = held("--json");
        assertThat(listed).hasSize(3);
        assertThat(listed.findValuesAsText("path"))
                .containsExactlyInAnyOrder("work/keep.txt", "work/drop.txt", "work/new.txt");
        assertThat(held("work/new.txt", "--json").path(0).path("size").asLong()).isEqualTo(24);
        assertThat(held("work/drop.txt", "--json").path(0).path("recorded_size").asLong())
                .isEqualTo(13);
        assertThat(held("elsewhere", "--json")).isEmpty();
        assertThat(laptop.cli("held").ok()).contains("work/new.txt", "nothing closed before");

        assertThat(laptop.cli("held", "drop", "work/drop.txt").exitCode())
                .as("nobody to ask, and no --yes")
                .isEqualTo(2);
        Program.Run unknown = laptop.cli("held", "keep", "work/none.txt");
        assertThat(unknown).isEqualTo(new Program.Run(1, "", "tinysync: 'work/none.txt' is not held\n"));
        try (FileChannel reader = FileChannel.open(laptop.path("work/drop.txt"))) {
            Program.Run refused = laptop.cli("held", "drop", "--yes", "work/drop.txt");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("a program has it open");
            assertThat(reader.size()).isEqualTo(24);
        }
        Await.until(
                "the drive has let go of the reader",
                Duration.ofSeconds(20),
                () -> laptop.cli("held", "drop", "--yes", "work/drop.txt", "work/new.txt")
                                .exitCode()
                        == 0);
        assertThat(laptop.path("work/drop.txt")).hasContent("closed before");
        assertThat(laptop.path("work/new.txt")).doesNotExist();
        assertThat(laptop.path("work/keep.txt")).hasContent("half written, not closed");

        laptop.cli("held", "keep", laptop.path("work/keep.txt").toString()).ok();
        assertThat(laptop.cli("held").ok()).isEqualTo("nothing is held\n");
        assertThat(laptop.status().path("held").asLong()).isZero();
        world.settle();
        assertThat(world.desktop().path("work/keep.txt")).hasContent("half written, not closed");
        assertThat(Tree.complete(world.desktop().drive())).isEqualTo(Tree.complete(laptop.drive()));
    }

    private JsonNode held(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("held"));
        all.addAll(List.of(arguments));
        return new ObjectMapper()
                .readTree(world.laptop().cli(all.toArray(String[]::new)).ok());
    }
}
