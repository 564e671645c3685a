package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tinysync demo}: a server and two devices with their drives, on this machine. */
@Command(
        name = "demo",
        description =
                "Starts a server and two devices, whose drives are DIR/laptop and DIR/desktop, and puts a small folder in."
                        + " Ctrl-C drains and unmounts; started again, everything is still there.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DemoCommand implements Runnable {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "demo",
            description = "Where it keeps everything (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Override
    public void run() {
        String launcher = System.getProperty("tinysync.launcher", "");
        if (launcher.isEmpty()) {
            throw new Refusal("the demo is started by the tinysync launcher");
        }
        new Demo(directory.toAbsolutePath().normalize(), launcher).run();
    }
}
