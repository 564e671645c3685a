package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** {@code tinysync}: finds the command and runs it. Exit codes: 0 done, 1 refused or failed with one line why, 2 wrong usage. */
public final class TinySyncMain {

    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private TinySyncMain() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs one command line to its end; prints to the standard streams. */
    static int run(String... arguments) {
        String[] ordered = commandFirst(List.of(arguments)).toArray(String[]::new);
        return commandLine(List.of(ordered)).execute(ordered);
    }

    /** {@code --state DIR status} means {@code status --state DIR}. */
    private static List<String> commandFirst(List<String> arguments) {
        int leading = 0;
        while (leading + 1 < arguments.size()
                && List.of("--state", "--server", "--ca").contains(arguments.get(leading))) {
            leading += 2;
        }
        return Stream.concat(
                        arguments.subList(leading, arguments.size()).stream(), arguments.subList(0, leading).stream())
                .toList();
    }

    /** With the asked-for command only, where there is one: reading the annotations of all of them takes longer than most take to run. */
    private static CommandLine commandLine(List<String> arguments) {
        CommandLine root = new CommandLine(new RootCommand());
        String asked = arguments.isEmpty() ? "" : arguments.getFirst();
        COMMANDS.forEach((name, command) -> {
            if (!COMMANDS.containsKey(asked) || name.equals(asked)) {
                root.addSubcommand(name, command.get());
            }
        });
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler(TinySyncMain::wrongUsage);
        root.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
        return root;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("register", RegisterCommand::new);
        commands.put("attach", AttachCommand::new);
        commands.put("detach", DetachCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("sync", SyncCommand::new);
        commands.put("ls", ListCommand::new);
        commands.put("pin", PinCommand::new);
        commands.put("unpin", UnpinCommand::new);
        commands.put("evict", EvictCommand::new);
        commands.put("link", LinkCommand::new);
        commands.put("links", LinksCommand::new);
        commands.put("conflicts", ConflictsCommand::new);
        commands.put("held", HeldCommand::new);
        commands.put("rescue", RescueCommand::new);
        commands.put("panic-resync", PanicResyncCommand::new);
        commands.put("devices", DevicesCommand::new);
        commands.put("pair", PairCommand::new);
        commands.put("admin", AdminCommand::new);
        return commands;
    }

    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("tinysync: " + wrong.getMessage());
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' says more");
        return ExitCode.USAGE;
    }

    /** One line; a stack trace is shown for faults of the program's own only, and only to those who ask. */
    private static int failed(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (failure instanceof Refusal) {
            err.println("tinysync: " + failure.getMessage());
        } else {
            err.println("tinysync: a fault of the program's own: " + failure + " (TINYSYNC_TRACE=1 shows where)");
            if (System.getenv("TINYSYNC_TRACE") != null) {
                failure.printStackTrace(err);
            }
        }
        return ExitCode.SOFTWARE;
    }
}
