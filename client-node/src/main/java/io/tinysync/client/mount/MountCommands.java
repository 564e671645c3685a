package io.tinysync.client.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The system's programs around mounts. They touch a mount where this process must not: a call into its own drive would wait for
 * itself, and one into a dead or stuck drive might never return.
 */
public final class MountCommands {

    /** The programs that mount for those who are not root, the newer first. */
    public static final List<String> FUSERMOUNTS = List.of("fusermount3", "fusermount");

    private static final int TIMEOUT_SECONDS = 10;

    /** What a program said, and whether it ended well. */
    public record Result(boolean done, String output) {}

    private MountCommands() {}

    /** Asks the file system at a path for its state, through the kernel. */
    public static Result probe(Path path) {
        return run("stat", "-f", "--", path.toString());
    }

    /** Unmounts; lazily takes it out of the tree at once and lets those who still use it finish. */
    public static Result unmount(Path mountPoint, boolean lazy) {
        String path = mountPoint.toString();
        for (String fusermount : FUSERMOUNTS) {
            Result result = lazy ? run(fusermount, "-u", "-z", "--", path) : run(fusermount, "-u", "--", path);
            if (result.done() || !result.output().isEmpty()) {
                return result;
            }
        }
        return lazy ? run("umount", "-l", "--", path) : run("umount", "--", path);
    }

    /** Fails with empty output if there is no such program. */
    private static Result run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(false, command[0] + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            String output = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
            return new Result(process.exitValue() == 0, output);
        } catch (IOException e) {
            return new Result(false, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(false, "interrupted");
        }
    }
}
