package io.tinysync.client.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.state.StateDirectory;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DaemonLockTest {

    @TempDir
    private Path directory;

    @Test
    void another_process_holds_it_until_it_is_killed() throws Exception {
        StateDirectory state = new StateDirectory(directory);
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = holder.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(out.readLine()).isEqualTo("held");
            assertThat(DaemonLock.tryAcquire(state)).isEmpty();
            assertThat(Files.readString(state.daemonLock())).isEqualTo(holder.pid() + "\n");
            holder.destroyForcibly();
            assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        Optional<DaemonLock> lock = DaemonLock.tryAcquire(state);
        assertThat(lock).isPresent();
        lock.get().close();
    }

    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            boolean held = DaemonLock.tryAcquire(new StateDirectory(Path.of(arguments[0])))
                    .isPresent();
            System.out.println(held ? "held" : "not held");
            Thread.currentThread().join();
        }
    }
}
