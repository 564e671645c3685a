package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that runs this program again, as it runs now: the same JVM, flags and class path. */
final class OwnCommand {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /** In a session of its own a process does not hear the Ctrl-C and the hang-up of the terminal that it was started from. */
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private OwnCommand() {}

    /** The command with the given arguments, in a session of its own. */
    static List<String> inOwnSession(String... arguments) {
        List<String> command = ownSession();
        command.addAll(untilMainClass());
        command.addAll(List.of(arguments));
        return command;
    }

    /** The beginning of a command that is to run in a session of its own. */
    static List<String> ownSession() {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        return command;
    }

    private static List<String> untilMainClass() {
        String main = TinySyncMain.class.getName();
        try {
            List<String> running = List.of(
                    Files.readString(COMMAND_LINE, Charset.defaultCharset()).split("\0", -1));
            int end = running.indexOf(main);
            if (end > 0) {
                return running.subList(0, end + 1);
            }
        } catch (IOException e) {
            throw Refusal.of("cannot read " + COMMAND_LINE, e);
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), main);
    }
}
