package io.tinysync.client.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is fetched before a program opens it. */
final class ReadAheadTest {

    @TempDir
    Path directory;

    private DriveWorld world;

    @BeforeEach
    void world() throws IOException {
        world = new DriveWorld(directory);
        world.stopClock();
        for (int i = 0; i < 200; i++) {
            world.arrive(name(i), "text " + i);
        }
    }

    private static String name(int number) {
        return "file-%03d".formatted(number);
    }

    private List<Integer> sizes() {
        return world.server.ahead().stream().map(List::size).toList();
    }

    @Test
    void one_file_alone_is_only_one_file() {
        assertThat(world.read(name(0))).isEqualTo("text 0");

        assertThat(world.server.ahead()).isEmpty();
    }

    @Test
    void whoever_reads_a_folder_waits_a_few_times_only() {
        for (int i = 0; i < 200; i++) {
            assertThat(world.read(name(i))).isEqualTo("text " + i);
        }

        assertThat(sizes()).containsExactly(64, 64, 64, 3);
        assertThat(world.server.downloads()).isEqualTo(5);
    }

    @Test
    void a_slow_reader_of_what_was_fetched_goes_on_where_that_ends() {
        for (int i = 0; i < 68; i++) {
            world.read(name(i));
            world.pass(Duration.ofMillis(900));
        }

        assertThat(sizes()).containsExactly(64, 64);
    }

    @Test
    void what_was_asked_for_and_did_not_come_is_asked_for_once() {
        world.server.stall();
        for (int i = 0; i < 60; i++) {
            world.close(world.open(name(i), OpenMode.READ));
        }

        assertThat(sizes()).containsExactly(64);
    }

    @Test
    void a_person_who_opens_a_file_now_and_then_has_nothing_fetched() {
        for (int i = 0; i < 10; i++) {
            world.read(name(i));
            world.pass(Duration.ofSeconds(2));
        }

        assertThat(world.server.ahead()).isEmpty();
    }

    @Test
    void large_files_are_not_fetched_before_they_are_opened() {
        world.arrive("g-1", "small");
        world.arrive("g-2", "small too");
        world.arrive("g-3", "x".repeat((64 << 10) + 1));
        world.arrive("g-4", "x".repeat(64 << 10));
        world.read("g-1");
        world.read("g-2");

        assertThat(world.server.ahead())
                .singleElement()
                .satisfies(contents -> assertThat(contents)
                        .extracting(content -> (int) content.size())
                        .containsExactly(64 << 10));
    }
}
