package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small folder that the demo puts into a drive when it is first started. */
final class DemoFiles {

    private DemoFiles() {}

    static void put(Path drive) {
        Path folder = drive.resolve("welcome");
        try {
            Files.createDirectories(folder.resolve("notes"));
            Files.writeString(folder.resolve("read me first.txt"), """
                    This folder was written on the laptop's drive.
                    On the desktop's drive it arrived as placeholders: names, sizes and times, and no bytes.
                    Reading a file there fetches it.
                    """);
            Files.writeString(folder.resolve("notes").resolve("ideas.md"), """
                    # Ideas
                    - edit this file on both drives at once: one wins, the other is kept as a conflicted copy
                    - stop the server, go on working, start it again
                    """);
            Path script = folder.resolve("hello.sh");
            Files.writeString(script, """
                    #!/bin/sh
                    echo "hello from $(dirname "$0")"
                    """);
            if (!script.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + script + " executable");
            }
        } catch (IOException e) {
            throw Refusal.of("cannot write into " + drive, e);
        }
    }
}
