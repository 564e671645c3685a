package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tinysync.cluster.Programs.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard: each panel says what it shows, and asks for what Prometheus understands. */
final class GrafanaTest {

    private static final List<JsonNode> PANELS = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void readPanels() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(Deployed.text(Deployed.file("grafana/tinysync.json")));
        dashboard.path("panels").forEach(PANELS::add);
    }

    @Test
    void noTwoPanelsHaveOneId() {
        assertThat(PANELS).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
    }

    @Test
    void everyPanelSaysWhatItShowsAndInWhichUnit() {
        assertThat(PANELS).filteredOn(panel -> !isRow(panel)).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotEmpty();
            assertThat(panel.path("description").asText()).isNotEmpty();
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotEmpty();
            assertThat(panel.path("targets")).isNotEmpty();
        });
    }

    @Test
    void everyQueryIsOneThatPrometheusUnderstands() throws Exception {
        List<Map<String, String>> rules = new ArrayList<>();
        for (JsonNode panel : PANELS) {
            for (JsonNode target : panel.path("targets")) {
                rules.add(Map.of("record", "query:" + rules.size(), "expr", expression(target)));
            }
        }
        Map<String, ?> file = Map.of("groups", List.of(Map.of("name", "queries", "rules", rules)));
        // JSON is YAML.
        Files.write(folder.resolve("rules.yml"), new ObjectMapper().writeValueAsBytes(file));

        Run run = Programs.promtool(folder, "check", "rules", "rules.yml");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains(rules.size() + " rules found");
    }

    private static boolean isRow(JsonNode panel) {
        return panel.path("type").asText().equals("row");
    }

    /** With what Grafana puts in. */
    private static String expression(JsonNode target) {
        return target.path("expr").asText().replace("$__rate_interval", "5m").replace("$instance", ".*");
    }
}
