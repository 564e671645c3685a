package io.tinysync.client.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tinysync demo}: a server and two devices with their drives, on this machine. */
@Command(
        name = "demo",
        description =
                "Starts a server and two devices, whose drives are DIR/laptop and DIR/desktop, and puts a small folder in."
                        + " Ctrl-C drains and unmounts; started again, everything is still there.")
final class DemoCommand implements Runnable {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "demo",
            description = "Where it keeps everything (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Override
    public void run() {
        new Demo(directory.toAbsolutePath().normalize()).run();
    }
}
