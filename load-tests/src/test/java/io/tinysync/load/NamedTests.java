package io.tinysync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tests of all modules, as documents name them: {@code `Class.method`}. */
final class NamedTests {

    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final List<String> MODULES = List.of("engine", "server-node", "client-node", "load-tests");

    private final Map<String, List<Path>> classes;

    private NamedTests(Map<String, List<Path>> classes) {
        this.classes = classes;
    }

    static NamedTests ofTheCheckout() throws IOException {
        Map<String, List<Path>> classes = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Checkout.root().resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> classes.computeIfAbsent(className(file), name -> new ArrayList<>())
                                .add(file));
            }
        }
        return new NamedTests(classes);
    }

    private static String className(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString().replace(".java", "");
    }

    /** Fails unless the text names a test, and only tests that exist. */
    void requireSome(String text) throws IOException {
        Matcher test = TEST.matcher(text);
        int count = 0;
        while (test.find()) {
            count++;
            assertThat(classes).as("the class of " + test.group()).containsKey(test.group(1));
            assertThat(sources(Objects.requireNonNull(classes.get(test.group(1)))))
                    .contains("void " + test.group(2) + "(");
        }
        assertThat(count).as("tests named in" + text).isPositive();
    }

    /** Classes of several packages may have one name. */
    private static String sources(List<Path> files) throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path file : files) {
            sources.append(Files.readString(file));
        }
        return sources.toString();
    }
}
