package io.tinysync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/field.md} has each row that concerns a device or stored contents, and names tests that are there. */
final class FieldTableTest {

    private static final Set<Integer> ROWS = Set.of(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30);

    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*\\|([^|]+)\\|");

    @Test
    void each_row_names_tests_that_exist() throws IOException {
        NamedTests tests = NamedTests.ofTheCheckout();
        Set<Integer> found = new TreeSet<>();
        for (String line : Files.readAllLines(Checkout.root().resolve("docs/field.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                found.add(Integer.parseInt(row.group(1)));
                tests.requireSome(row.group(2));
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(ROWS);
    }
}
