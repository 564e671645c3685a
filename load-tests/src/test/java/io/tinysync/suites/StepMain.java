package io.tinysync.suites;

import io.gatling.app.Gatling$;
import io.tinysync.engine.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The JVM of one step: runs a simulation, and leaves beside its report what {@link StepRun} asks for. */
final class StepMain {

    /** Gatling's exit codes. */
    static final int HELD = 0;

    static final int ASSERTIONS_FAILED = 2;

    private static final String RESULT = "step.json";

    private StepMain() {}

    /** Takes the simulation's class, the folder for its report, and the rate. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        int exitCode = Gatling$.MODULE$.fromArgs(
                new String[] {"--simulation", arguments[0], "--results-folder", folder.toString()});
        if (exitCode == HELD || exitCode == ASSERTIONS_FAILED) {
            StepResult result = StepResult.read(Long.parseLong(arguments[2]), onlyFolder(folder));
            Files.write(folder.resolve(RESULT), Json.write(result));
        }
        System.exit(exitCode);
    }

    private static Path onlyFolder(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /** What a step has left in its folder. */
    static StepResult result(Path folder) throws IOException {
        return Json.read(Files.readAllBytes(folder.resolve(RESULT)), StepResult.class);
    }
}
