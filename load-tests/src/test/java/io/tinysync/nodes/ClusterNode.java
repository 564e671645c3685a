package io.tinysync.nodes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node: a server process in a session of its own, which can be started again at the same addresses. */
public final class ClusterNode implements AutoCloseable {

    private static final Duration READY = Duration.ofMinutes(2);

    /** A node hands its vaults over and lets its requests end. */
    private static final Duration STOP = Duration.ofMinutes(1);

    private static final long POLL_MS = 50;

    private final String name;
    private final String url;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private @Nullable Process process;

    ClusterNode(String name, String url, List<String> command, Map<String, String> environment, Path log) {
        this.name = name;
        this.url = url;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
    }

    public String name() {
        return name;
    }

    public String url() {
        return url;
    }

    /** Starts the process; {@link #awaitReady} says when it answers. */
    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /**
     * Waits until the node answers requests.
     *
     * @throws IllegalStateException if it ends instead, with its last words
     */
    public void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY.toNanos();
        while (!isReady()) {
            if (!running().isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " did not get ready:\n" + lastWords());
            }
            Thread.sleep(POLL_MS);
        }
    }

    private boolean isReady() throws IOException {
        return Files.readString(log).lines().anyMatch(line -> line.startsWith("ready "));
    }

    /** How much it has said since it was started, in characters. */
    public int logLength() throws IOException {
        return Files.readString(log).length();
    }

    /** What it has said since then. */
    public String logFrom(int length) throws IOException {
        String text = Files.readString(log);
        return text.substring(Math.min(length, text.length()));
    }

    /** The end of what it has said. */
    public String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return running().pid();
    }

    /** Waits until the process ends by itself; empty if it does not. */
    public OptionalInt awaitEnd(Duration limit) throws InterruptedException {
        return running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(running().exitValue())
                : OptionalInt.empty();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    /** SIGTERM; the exit code. */
    public int terminate() throws InterruptedException {
        running().destroy();
        if (!running().waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
        return running().exitValue();
    }

    /** SIGSTOP: the process does nothing any more, and its connections stand. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid()).start().waitFor();
    }

    @Override
    public void close() {
        if (isAlive()) {
            try {
                terminate();
            } catch (InterruptedException e) {
                running().destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
