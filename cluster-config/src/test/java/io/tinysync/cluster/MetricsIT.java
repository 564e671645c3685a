package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every metric that is named anywhere, with its labels, is there in a running server that has done something. */
final class MetricsIT {

    private static final Pattern NAME = Pattern.compile("\\b(?:tinysync|jvm)_[a-z0-9_]+\\b");
    private static final Pattern SELECTOR = Pattern.compile("\\b((?:tinysync|jvm)_[a-z0-9_]+)\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=|!)");

    /** Prometheus adds these itself. */
    private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("job", "instance");

    /** Names of other things. */
    private static final Set<String> NO_METRICS = Set.of("tinysync_backup");

    /** The labels by metric. */
    private static final Map<String, Set<String>> METRICS = new HashMap<>();

    @TempDir
    private static Path data;

    @BeforeAll
    static void scrapeARunningServer() throws Exception {
        Map<String, String> environment = Map.of(
                "TINYSYNC_LISTEN",
                "127.0.0.1:0",
                "TINYSYNC_DATA",
                data.toString(),
                "TINYSYNC_ADMIN_TOKEN",
                BusyServer.ADMIN_TOKEN);
        try (DeployedServer server = DeployedServer.start(Deployed.file("one-node.conf"), environment)) {
            new BusyServer(server, "photos").writeAndRead();
            server.send("GET", "/metrics", BusyServer.ADMIN_TOKEN, "").lines().forEach(MetricsIT::noteSample);
            server.terminate();
        }
    }

    private static void noteSample(String line) {
        Matcher name = NAME.matcher(line);
        if (name.lookingAt()) {
            Set<String> labels = METRICS.computeIfAbsent(name.group(), key -> new HashSet<>());
            Matcher selector = SELECTOR.matcher(line);
            if (selector.lookingAt()) {
                labels.addAll(labels(selector.group(2)));
            }
        }
    }

    private static Set<String> labels(String selector) {
        Set<String> labels = new HashSet<>();
        LABEL.matcher(selector).results().forEach(label -> labels.add(label.group(1)));
        return labels;
    }

    @Test
    void whatAlertsAskForIsThere() {
        assertAllExist(Deployed.file("prometheus/alerts.yml"));
    }

    @Test
    void whatTheDashboardAsksForIsThere() {
        assertAllExist(Deployed.file("grafana/tinysync.json"));
    }

    @Test
    void whatTheDocumentsNameIsThere() throws IOException {
        try (Stream<Path> documents = Files.walk(Deployed.ROOT.resolve("docs"))) {
            List<Path> pages = Stream.concat(
                            documents.filter(file -> file.toString().endsWith(".md")),
                            Stream.of("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "cluster-config/README.md")
                                    .map(Deployed.ROOT::resolve))
                    .toList();
            pages.forEach(MetricsIT::assertAllExist);
        }
    }

    private static void assertAllExist(Path file) {
        String text = Deployed.text(file).replace("\\\"", "\"");
        Set<String> named = new HashSet<>();
        NAME.matcher(text).results().forEach(name -> named.add(name.group()));
        named.removeAll(NO_METRICS);
        assertThat(METRICS.keySet()).as(file.toString()).containsAll(named);
        SELECTOR.matcher(text).results().forEach(selector -> {
            Set<String> labels = labels(selector.group(2));
            labels.removeAll(LABELS_OF_PROMETHEUS);
            assertThat(METRICS.get(selector.group(1))).as(selector.group()).containsAll(labels);
        });
    }
}
