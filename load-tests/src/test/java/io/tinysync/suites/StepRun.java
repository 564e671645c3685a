package io.tinysync.suites;

import io.tinysync.engine.protocol.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one step: Gatling in a JVM of its own, which leaves its report in a folder and says here what it measured. */
final class StepRun {

    /** For starting, sending the last requests, and writing the report. */
    private static final Duration BESIDE = Duration.ofMinutes(5);

    private static final int LAST_LINES = 15;

    private final Path checkout;
    private final Path report;
    private final TrustStore trusted;
    private int count;

    /**
     * Runs steps of a suite.
     *
     * @param checkout the directory of the launcher
     * @param report where the reports go, each in a folder of its own
     * @param trusted by what sends
     */
    StepRun(Path checkout, Path report, TrustStore trusted) {
        this.checkout = checkout;
        this.report = report;
        this.trusted = trusted;
    }

    /** Runs the step to its end. */
    StepResult run(Suite suite, StepPlan plan) throws IOException, InterruptedException {
        count++;
        Path folder = report.resolve(suite.title() + "-" + count + "-at-" + plan.rate());
        Path log = report.resolve(folder.getFileName() + ".log");
        // It holds the devices' tokens: such a file is for its owner only.
        Path file = Files.createTempFile("tinysync-step", ".json");
        Files.write(file, Json.write(plan));
        Process process = new ProcessBuilder(command(suite, plan, file, folder))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Duration limit = Duration.ofSeconds(plan.seconds()).plus(BESIDE);
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)
                    || (process.exitValue() != StepMain.HELD && process.exitValue() != StepMain.ASSERTIONS_FAILED)) {
                throw new IllegalStateException("Gatling did not come to an end:\n" + lastLines(log));
            }
            return StepMain.result(folder);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(file);
        }
    }

    private List<String> command(Suite suite, StepPlan plan, Path file, Path folder) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + checkout.resolve("jvm.flags"),
                // Gatling's strings are made without a copy.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Xmx768m",
                "-D" + StepPlan.PROPERTY + "=" + file));
        command.addAll(trusted.flags());
        command.addAll(List.of(
                "-classpath",
                System.getProperty("java.class.path"),
                StepMain.class.getName(),
                suite.simulation().getName(),
                folder.toString(),
                String.valueOf(plan.rate())));
        return command;
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
