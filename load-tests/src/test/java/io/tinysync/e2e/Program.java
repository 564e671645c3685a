package io.tinysync.e2e;

import io.tinysync.load.Checkout;
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
    record Run(int exitCode, String output) {

        /** The output, if the program was content. */
        String ok() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ": " + output);
            }
            return output;
        }
    }

    static Program start(List<String> command, Map<String, String> environment, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return new Program(builder.start(), output);
    }

    /** Runs to its end, with standard output and standard error together as the result. */
    static Run run(List<String> command, Map<String, String> environment, Duration deadline) throws IOException {
        Path output = Files.createTempFile("tinysync-e2e", ".out");
        try (Program program = start(command, environment, output)) {
            if (!program.waitFor(deadline)) {
                throw new AssertionError(command + " did not end within " + deadline + ": " + program.output());
            }
            return new Run(program.process.exitValue(), program.output());
        } finally {
            Files.deleteIfExists(output);
        }
    }

    static Run sh(Path directory, String script) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-ec", "cd \"$1\"; " + script, "sh", directory.toString()));
        return run(command, Map.of(), Duration.ofMinutes(3));
    }

    /** What the launcher gives short commands too: such a process ends before a better compiler would pay. */
    static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** A java process of the product's own class path and flags. */
    static List<String> java(List<String> flags, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Checkout.root().resolve("jvm.flags"));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), mainClass));
        command.addAll(arguments);
        return command;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
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
