package io.tinysync.cluster;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of a HOCON file as a reader meets them: with the comment above and the environment variable below. One key a line. */
final class SettingsFile {

    private static final Pattern SECTION = Pattern.compile("([\\w.-]+) \\{");
    private static final Pattern ASSIGNMENT = Pattern.compile("([\\w.-]+) = (.+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\??([A-Z0-9_]+)}");

    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final Deque<String> sections = new ArrayDeque<>();
    private List<String> comment = new ArrayList<>();

    /**
     * One key.
     *
     * @param comment its lines, without {@code #}
     * @param value as it is written
     * @param variable of the environment that goes before the value, or is it
     */
    record Setting(List<String> comment, String value, Optional<String> variable) {}

    /** By path, in the file's order; those of files that it includes are not among them. */
    static Map<String, Setting> read(Path file) {
        SettingsFile reading = new SettingsFile();
        Deployed.text(file).lines().map(String::strip).forEach(reading::line);
        return reading.settings;
    }

    private void line(String line) {
        Matcher section = SECTION.matcher(line);
        Matcher assignment = ASSIGNMENT.matcher(line);
        if (line.startsWith("#")) {
            comment.add(line.substring(1).strip());
            return;
        }
        if (section.matches()) {
            sections.addLast(section.group(1));
        } else if (line.equals("}")) {
            sections.removeLast();
        } else if (assignment.matches()) {
            assign(String.join(".", sections) + "." + assignment.group(1), assignment.group(2));
        } else if (!line.isEmpty() && !line.startsWith("include required(")) {
            throw new AssertionError("not a line of a settings file: " + line);
        }
        comment = new ArrayList<>();
    }

    private void assign(String path, String value) {
        Matcher variable = VARIABLE.matcher(value);
        Optional<String> named = variable.matches() ? Optional.of(variable.group(1)) : Optional.empty();
        settings.merge(
                path,
                new Setting(comment, value, named),
                (first, second) -> new Setting(first.comment(), first.value(), second.variable()));
    }
}
