package io.tinysync.client.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that an earlier demo started and that outlived it. */
final class LeftProcess {

    private LeftProcess() {}

    /**
     * Stops the process whose id the file says, if it still runs and is the one meant: its command line names the directory.
     * Process ids are used again.
     */
    static void stop(Path pidFile, Path directory, Duration limit) throws IOException {
        long pid;
        try {
            pid = Long.parseLong(Files.readString(pidFile).strip());
        } catch (NoSuchFileException | NumberFormatException e) {
            return;
        }
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null && commandLine(pid).contains(directory.toString())) {
            process.destroy();
            await(process, limit);
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static void await(ProcessHandle process, Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
