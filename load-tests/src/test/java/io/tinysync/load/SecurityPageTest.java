package io.tinysync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} names a test for each defence, and tests that are there. */
final class SecurityPageTest {

    private static final String DEFENCES = "## What is done about it";

    @Test
    void each_defence_names_tests_that_exist() throws IOException {
        List<String> rows = Files.readString(Checkout.root().resolve("docs/security.md"))
                .split(DEFENCES, 2)[1]
                .lines()
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .toList();
        assertThat(rows).hasSizeGreaterThan(10);
        NamedTests tests = NamedTests.ofTheCheckout();
        for (String row : rows) {
            tests.requireSome(row);
        }
    }
}
