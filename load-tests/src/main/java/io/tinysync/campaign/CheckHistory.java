package io.tinysync.campaign;

import io.tinysync.campaign.check.HistoryChecker;
import io.tinysync.campaign.check.Report;
import io.tinysync.campaign.history.History;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks a recorded history: prints its violations and what it holds. The exit code is 0 if there is no violation, 1 if there are or
 * the file cannot be read, 2 for wrong usage.
 */
public final class CheckHistory {

    private CheckHistory() {}

    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        if (arguments.length != 1) {
            err.println("usage: tinysync load check FILE");
            return 2;
        }
        Path file = Path.of(arguments[0]);
        if (!Files.isReadable(file)) {
            err.println(file + " is no file that can be read");
            return 1;
        }
        try {
            return print(HistoryChecker.check(History.in(file)), out);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private static int print(Report report, PrintStream out) {
        report.violations().forEach(out::println);
        report.unchecked().forEach(sentence -> out.println("not checked: " + sentence));
        out.println(report.summary());
        out.println(report.violationCount() + " violations");
        return report.violationCount() == 0 ? 0 : 1;
    }
}
