package io.tinysync.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of this machine that say whether a file is what it should be. */
final class Programs {

    private Programs() {}

    /** How a program ended, and what it said on both of its outputs. */
    record Run(int exitCode, String output) {}

    static Run promtool(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(folder, "promtool", "prometheus", arguments);
    }

    static Run systemdAnalyze(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(folder, "systemd-analyze", "systemd", arguments);
    }

    /** Of the JDK that runs this. */
    static Run jcmd(long pid, String command) throws IOException, InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return run(Path.of("").toAbsolutePath(), program, "temurin-25-jdk", String.valueOf(pid), command);
    }

    private static Run run(Path folder, String program, String debianPackage, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        Process process;
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(
                    "this machine lacks " + program + "; install with: apt-get install " + debianPackage, e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
