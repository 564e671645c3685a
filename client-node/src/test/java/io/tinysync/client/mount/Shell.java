package io.tinysync.client.mount;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs scripts in a mount: the test's own process must not touch it. */
public final class Shell {

    private static final int LIMIT_SECONDS = 120;

    private Shell() {}

    /** What the script printed, on both streams; it has to succeed. */
    public static String run(Path folder, String script) {
        return run(folder, script, true);
    }

    /** What a script printed that has to fail. */
    public static String failing(Path folder, String script) {
        return run(folder, script, false);
    }

    private static String run(Path folder, String script, boolean success) {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-e", "-u", "-c", "cd '" + folder + "'\n" + script).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the script did not end: " + script + "\n" + output);
            }
            if ((process.exitValue() == 0) != success) {
                throw new AssertionError("exit code " + process.exitValue() + " of: " + script + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
