package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The image and the compose file, as far as that can be said where no container runs. */
final class DockerTest {

    private static final Path FOLDER = Deployed.file("docker");
    private static final String DOCKERFILE = Deployed.text(FOLDER.resolve("Dockerfile"));

    /** Of what the compose specification has, what this file uses. */
    private static final Set<String> SERVICE_KEYS = Set.of(
            "build",
            "command",
            "depends_on",
            "environment",
            "healthcheck",
            "image",
            "init",
            "ports",
            "restart",
            "stop_grace_period",
            "volumes");

    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @Test
    void whateverTheImageCopiesIsInTheCheckout() throws IOException {
        List<String> sources = DOCKERFILE
                .lines()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .flatMap(line -> Stream.of(line.split(" ")).skip(1).limit(line.split(" ").length - 2L))
                .toList();

        assertThat(sources)
                .isNotEmpty()
                .allSatisfy(source -> assertThat(matches(source)).as(source).isNotEmpty());
    }

    @Test
    void theBuildInTheImageFindsThePomOfEveryModule() {
        Deployed.text(Deployed.ROOT.resolve("pom.xml"))
                .lines()
                .filter(line -> line.contains("<module>"))
                .map(line -> line.replaceAll("</?module>", "").strip())
                .forEach(module -> assertThat(DOCKERFILE).containsPattern("COPY " + module + "(/pom.xml)? " + module));
    }

    @Test
    void theImageHasTheFilesThatItAndTheComposeFileStartFrom() throws IOException {
        List<String> configs = new ArrayList<>(List.of("one-node.conf"));
        for (String node : NODES) {
            configs.add(String.valueOf(
                    Path.of(service(node).at("/command/1").asText()).getFileName()));
        }

        assertThat(DOCKERFILE).contains("CMD [\"--config\", \"/etc/tinysync/one-node.conf\"]");
        assertThat(configs).allSatisfy(name -> assertThat(Deployed.file(name)).exists());
    }

    @Test
    void theServerRunsAsTheUserOfThePods() throws IOException {
        JsonNode pod = Manifests.read("statefulset.yaml").at("/spec/template/spec/securityContext");

        assertThat(DOCKERFILE)
                .contains("USER " + pod.path("runAsUser").asText() + ":"
                        + pod.path("runAsGroup").asText());
    }

    @Test
    void theComposeFileHasKeysThatThereAre() throws IOException {
        JsonNode compose = compose();

        assertThat(names(compose)).containsOnly("name", "x-node", "x-settings", "services", "volumes");
        compose.path("services")
                .properties()
                .forEach(service -> assertThat(SERVICE_KEYS).containsAll(names(service.getValue())));
    }

    @Test
    void theNodesOfTheComposeFileAreTheSeedsAndHaveWhatTheyMustBeTold() throws IOException {
        List<String> seeds = new ArrayList<>();
        for (String node : NODES) {
            JsonNode environment = service(node).path("environment");
            assertThat(SettingsFilesTest.variables()).containsAll(names(environment));
            assertThat(names(environment))
                    .contains("TINYSYNC_DATABASE_URL", "TINYSYNC_BLOB_STORE", "TINYSYNC_ADMIN_TOKEN");
            assertThat(environment.path("TINYSYNC_CLUSTER_HOST").asText()).isEqualTo(node);
            seeds.add("\"" + node + ":7421\"");
        }

        assertThat(SettingsFile.read(Deployed.file("three-nodes.conf")).get("tinysync.server.cluster.seed-nodes"))
                .isNotNull()
                .extracting(SettingsFile.Setting::value)
                .isEqualTo(seeds.toString());
    }

    @Test
    void theComposeFileBuildsTheImageOfThisCheckout() throws IOException {
        JsonNode build = service("node-1").path("build");
        Path context = FOLDER.resolve(build.path("context").asText()).normalize();

        assertThat(context).isEqualTo(Deployed.ROOT);
        assertThat(context.resolve(build.path("dockerfile").asText())).isEqualTo(FOLDER.resolve("Dockerfile"));
    }

    private static JsonNode compose() {
        return Deployed.yaml(Deployed.text(FOLDER.resolve("compose.yaml")));
    }

    private static JsonNode service(String name) {
        return compose().path("services").path(name);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<Path> matches(String source) throws IOException {
        Path pattern = Path.of(source);
        Path folder = pattern.getParent() == null ? Deployed.ROOT : Deployed.ROOT.resolve(pattern.getParent());
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.getFileName());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> matcher.matches(file.getFileName())).toList();
        }
    }
}
