package io.tinysync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pekko refuses to start with its core jars at mixed versions; this says so at build time, for both nodes. */
final class PekkoVersionTest {
    private static final Pattern JAR = Pattern.compile("pekko-(?<module>[a-z0-9-]+)_2\\.13-(?<version>[^-]+)\\.jar");

    /** Released apart from the core, at versions of their own. */
    private static final Set<String> NOT_CORE =
            Set.of("http", "http-core", "http-xml", "parsing", "connectors", "connectors-s3", "persistence-jdbc");

    @Test
    void all_core_jars_have_one_version() {
        Map<String, String> versions = coreVersions();

        assertThat(versions).containsKeys("actor-typed", "stream", "cluster-sharding-typed", "persistence-typed");
        assertThat(Set.copyOf(versions.values())).as("versions of %s", versions).hasSize(1);
    }

    private static Map<String, String> coreVersions() {
        Map<String, String> versions = new TreeMap<>();
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                .map(entry -> JAR.matcher(Objects.toString(Path.of(entry).getFileName(), "")))
                .filter(Matcher::matches)
                .filter(jar -> !NOT_CORE.contains(jar.group("module")))
                .forEach(jar -> versions.put(jar.group("module"), jar.group("version")));
        return versions;
    }
}
