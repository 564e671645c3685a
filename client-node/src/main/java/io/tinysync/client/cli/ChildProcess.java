package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that says one line on standard output when it is ready, and writes all else to a log file. */
final class ChildProcess {

    /** A log that is longer is set aside when the next process begins. */
    private static final long MAX_LOG_BYTES = 1 << 20;

    /** The end of a log in which the reason of a failed start stands. */
    private static final int TAIL_BYTES = 4096;

    private final Process process;
    private final String name;

    private ChildProcess(Process process, String name) {
        this.process = process;
        this.name = name;
    }

    /** Starts it; what it writes to standard error is appended to the log. */
    static ChildProcess start(String name, List<String> command, Path log) {
        try {
            if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new ChildProcess(process, name);
        } catch (IOException e) {
            throw Refusal.of("cannot start " + name, e);
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Waits for its line.
     *
     * @throws Refusal with the last line of its log if it ended instead, or if it says nothing in time; then it is stopped
     */
    String awaitReady(Duration limit, Path log) {
        CompletableFuture<Optional<String>> line = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> line.complete(firstLine()));
        try {
            Optional<String> ready = line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return ready.orElseThrow(() -> new Refusal(lastWords(log)));
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new Refusal(name + " was not ready within " + limit.toSeconds() + " s; its log is " + log, e);
        } catch (ExecutionException e) {
            throw new Refusal(name + " could not be heard", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw new Refusal("interrupted", e);
        }
    }

    /** Nothing if it ended instead. The reader stays open, as a process that writes to a closed pipe fails. */
    private Optional<String> firstLine() {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        try {
            return Optional.ofNullable(lines.readLine());
        } catch (IOException e) {
            // Its stream is closed under the reader when it ends at that moment, as it does on Ctrl-C.
            return Optional.empty();
        }
    }

    private String lastWords(Path log) {
        try {
            byte[] bytes = Files.readAllBytes(log);
            int from = Math.max(0, bytes.length - TAIL_BYTES);
            return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("tinysync"))
                    .reduce((first, second) -> second)
                    .map(line -> line.replaceFirst("^tinysync[^:]*: ", ""))
                    .orElse(name + " did not start; its log is " + log);
        } catch (IOException e) {
            return name + " did not start";
        }
    }

    CompletableFuture<Process> whenEnded() {
        return process.onExit();
    }

    /** Asks it to stop and waits; one that does not is ended. */
    void stop(Duration limit) {
        process.destroy();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
