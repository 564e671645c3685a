package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every metric that is named anywhere, with its labels, is there in a running server that has done something. */
final class MetricsIT {

    private static final String OURS = "(?:tinysync|jvm|hikaricp|executor|process|system)_[a-z0-9_]+";
    private static final Pattern NAME = Pattern.compile("\\b" + OURS + "\\b");
    private static final Pattern SELECTOR = Pattern.compile("\\b(" + OURS + ")\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=|!)");

    /** Prometheus adds these itself. */
    private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("job", "instance");

    /** Names of other things. */
    private static final Set<String> NO_METRICS = Set.of("tinysync_backup");

    /** A line of the table: name, type, labels, unit, what it says. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z0-9_]+)` \\| ([a-z]+) \\| ([a-z_` ]*)\\| ([a-z0-9 ,]+) \\| (.+) \\|$");

    private static Scrape scrape = new Scrape("");

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
            server.collectGarbage();
            scrape = new Scrape(server.send("GET", "/metrics", BusyServer.ADMIN_TOKEN, ""));
            server.terminate();
        }
    }

    private static Set<String> labels(String selector) {
        Set<String> labels = new HashSet<>();
        LABEL.matcher(selector).results().forEach(label -> labels.add(label.group(1)));
        return labels;
    }

    @Test
    void theTableSaysOfEachMetricWhatIsThereAndLeavesNoneOut() {
        Map<String, Scrape.Family> listed = new TreeMap<>();
        Deployed.text(Deployed.ROOT.resolve("docs/metrics.md"))
                .lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row -> listed.put(
                        row.group(1), new Scrape.Family(row.group(1), row.group(2), labelsIn(row.group(3)))));

        assertThat(listed).containsExactlyInAnyOrderEntriesOf(scrape.families());
    }

    private static Set<String> labelsIn(String cell) {
        return Arrays.stream(cell.split("[` ]+"))
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toSet());
    }

    /** A vault's or a device's id, or anything else of which there are ever more, would make as many series. */
    @Test
    void noLabelHasAnIdInIt() {
        assertThat(scrape.text()).doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}-");
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
        named.removeAll(scrape.families().keySet());
        assertThat(scrape.samples().keySet()).as(file.toString()).containsAll(named);
        SELECTOR.matcher(text).results().forEach(selector -> {
            Set<String> labels = labels(selector.group(2));
            labels.removeAll(LABELS_OF_PROMETHEUS);
            assertThat(scrape.samples().get(selector.group(1)))
                    .as(selector.group())
                    .containsAll(labels);
        });
    }
}
