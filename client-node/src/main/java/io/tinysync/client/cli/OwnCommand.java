package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line by which the launcher runs another process of this same build. */
final class OwnCommand {

    /** In a session of its own a process does not hear the Ctrl-C and the hang-up of the terminal that it was started from. */
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private OwnCommand() {}

    /** The launcher that started this process. */
    static String launcher() {
        String launcher = System.getProperty("tinysync.launcher", "");
        if (launcher.isEmpty()) {
            throw new Refusal("other processes are started by the tinysync launcher; run this command by it");
        }
        return launcher;
    }

    /** The command with the given arguments, in a session of its own. */
    static List<String> inOwnSession(String... arguments) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.add(launcher());
        command.addAll(List.of(arguments));
        return command;
    }
}
