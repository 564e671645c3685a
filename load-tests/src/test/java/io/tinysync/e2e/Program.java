package io.tinysync.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of the product or of a program that works in a drive; its output goes to a file, so that no pipe ever blocks it. */
final class Program implements AutoCloseable {

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** A finished run. */
    record Run(int exitCode, String out, String err) {

        /** Its standard output, if the program was content. */
        String ok() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ": " + output());
            }
            return out;
        }

        /** All that it said, wherever it said it. */
        String output() {
            return out + err;
        }
    }

    /** Starts it with standard output and standard error appended to one file. */
    static Program start(List<String> command, Map<String, String> environment, Path output) throws IOException {
        ProcessBuilder builder = builder(command, environment).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        return new Program(builder.start(), output);
    }

    /** Runs to its end. */
    static Run run(List<String> command, Map<String, String> environment, Duration deadline) throws IOException {
        Path output = Files.createTempFile("tinysync-e2e", ".out");
        Path errors = Files.createTempFile("tinysync-e2e", ".err");
        ProcessBuilder builder = builder(command, environment);
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
        try (Program program = new Program(builder.start(), output)) {
            if (!program.waitFor(deadline)) {
                throw new AssertionError(command + " did not end within " + deadline + ": " + program.output());
            }
            return new Run(program.process.exitValue(), program.output(), Files.readString(errors));
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    private static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectInput(
                ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    static Run sh(Path directory, String script) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-ec", "cd \"$1\"; " + script, "sh", directory.toString()));
        return run(command, Map.of(), Duration.ofMinutes(3));
    }

    boolean waitFor(Duration deadline) {
        try {
            return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int exitCode() {
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** SIGTERM, and then waits for the orderly end. */
    void terminate(Duration deadline) throws IOException {
        process.destroy();
        if (!waitFor(deadline)) {
            kill9();
            throw new AssertionError("did not end within " + deadline + " of SIGTERM: " + output());
        }
    }

    /** SIGKILL: nothing of the process runs any more when this returns. */
    void kill9() {
        process.destroyForcibly();
        waitFor(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill9();
        }
    }
}
