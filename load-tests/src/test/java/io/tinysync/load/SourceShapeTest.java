package io.tinysync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A file holds one idea, and each package says what it is for. */
final class SourceShapeTest {
    private static final List<String> MODULES =
            List.of("engine", "server-node", "client-node", "cluster-config", "load-tests");

    private static final int MAX_LINES = 400;

    private static List<Path> sources = List.of();

    @BeforeAll
    static void findSources() throws IOException {
        for (String module : MODULES) {
            Path main = Checkout.root().resolve(module).resolve("src/main/java");
            if (Files.isDirectory(main)) {
                try (Stream<Path> files = Files.walk(main)) {
                    sources = Stream.concat(
                                    sources.stream(),
                                    files.filter(file -> file.toString().endsWith(".java")))
                            .toList();
                }
            }
        }
        assertThat(sources).isNotEmpty();
    }

    @Test
    void no_source_file_has_over_400_lines() throws IOException {
        for (Path file : sources) {
            assertThat(Files.readAllLines(file).size()).as("lines of %s", file).isLessThanOrEqualTo(MAX_LINES);
        }
    }

    @Test
    void each_package_says_what_it_is_for() {
        Set<Path> packages = sources.stream().map(SourceShapeTest::folder).collect(Collectors.toSet());

        assertThat(packages)
                .allSatisfy(folder ->
                        assertThat(folder.resolve("package-info.java")).isRegularFile());
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent());
    }
}
