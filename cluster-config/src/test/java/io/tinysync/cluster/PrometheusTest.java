package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.cluster.Programs.Run;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The alerts and what scrapes for them, as Prometheus reads them. */
final class PrometheusTest {

    private static final Path FOLDER = Deployed.file("prometheus");
    private static final Path CASES =
            Path.of("src/test/resources/prometheus/alerts-test.yml").toAbsolutePath();

    @Test
    void theRulesAreSound() throws Exception {
        Run run = Programs.promtool(FOLDER, "check", "rules", "alerts.yml");

        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void theConfigurationIsSoundAndNamesTheRules() throws Exception {
        Run run = Programs.promtool(FOLDER, "check", "config", "--syntax-only", "prometheus.yml");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Deployed.text(FOLDER.resolve("prometheus.yml"))).contains("- alerts.yml");
    }

    @Test
    void everyAlertIsRaisedWhenItShouldAndOnlyThen() throws Exception {
        Run run = Programs.promtool(FOLDER, "test", "rules", CASES.toString());

        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void everyAlertHasACaseInWhichItIsRaisedAndOneInWhichItIsNot() {
        Set<String> raised = new HashSet<>();
        Set<String> quiet = new HashSet<>();
        for (JsonNode test : Deployed.yaml(Deployed.text(CASES)).path("tests")) {
            for (JsonNode expected : test.path("alert_rule_test")) {
                (expected.path("exp_alerts").isEmpty() ? quiet : raised)
                        .add(expected.path("alertname").asText());
            }
        }

        assertThat(raised).isEqualTo(names());
        assertThat(quiet).isEqualTo(names());
    }

    @Test
    void everyAlertLinksToItsRunbook() {
        List<String> runbooks = Deployed.text(Deployed.ROOT.resolve("docs/operations.md"))
                .lines()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring("### ".length()))
                .toList();

        for (JsonNode alert : alerts()) {
            String name = alert.path("alert").asText();
            assertThat(alert.path("annotations").path("runbook_url").asText())
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(runbooks).contains(name);
        }
    }

    private static List<JsonNode> alerts() {
        JsonNode groups =
                Deployed.yaml(Deployed.text(FOLDER.resolve("alerts.yml"))).path("groups");
        return StreamSupport.stream(groups.spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
                .toList();
    }

    private static Set<String> names() {
        return alerts().stream().map(alert -> alert.path("alert").asText()).collect(Collectors.toSet());
    }
}
