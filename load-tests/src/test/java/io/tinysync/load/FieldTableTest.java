package io.tinysync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/field.md} has each row that concerns a device or stored contents, and names tests that are there. */
final class FieldTableTest {

    private static final Set<Integer> ROWS = Set.of(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30);

    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*\\|([^|]+)\\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final List<String> MODULES = List.of("engine", "server-node", "client-node", "load-tests");

    @Test
    void each_row_names_tests_that_exist() throws IOException {
        Map<String, Path> classes = testClasses();
        Set<Integer> found = new TreeSet<>();
        for (String line : Files.readAllLines(Checkout.root().resolve("docs/field.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                found.add(Integer.parseInt(row.group(1)));
                requireTests(row.group(2), classes);
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(ROWS);
    }

    private static void requireTests(String cell, Map<String, Path> classes) throws IOException {
        Matcher test = TEST.matcher(cell);
        int count = 0;
        while (test.find()) {
            count++;
            assertThat(classes).as("the class of " + test.group()).containsKey(test.group(1));
            Path source = Objects.requireNonNull(classes.get(test.group(1)));
            assertThat(Files.readString(source)).contains("void " + test.group(2) + "(");
        }
        assertThat(count).as("tests named in" + cell).isPositive();
    }

    private static Map<String, Path> testClasses() throws IOException {
        Map<String, Path> classes = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Checkout.root().resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> classes.put(
                                Objects.requireNonNull(file.getFileName())
                                        .toString()
                                        .replace(".java", ""),
                                file));
            }
        }
        return classes;
    }
}
