package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class BackgroundThreadsTest {

    private static final int LOWEST = 19;

    @Test
    void work_in_the_background_makes_way_for_every_other_thread() throws Exception {
        int ordinary = niceness();

        int background;
        try (ExecutorService threads = Executors.newSingleThreadExecutor(BackgroundThreads.named("background-"))) {
            background = threads.submit(BackgroundThreadsTest::niceness).get();
        }

        assertThat(background).isEqualTo(Math.min(LOWEST, ordinary + BackgroundThreads.NICENESS));
        assertThat(niceness()).isEqualTo(ordinary);
    }

    /** Of this thread: the 19th field of proc(5)'s stat, counted behind the name, which is the second and may hold anything. */
    private static int niceness() throws Exception {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }
}
