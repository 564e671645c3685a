package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests are of Kubernetes' own form, and fit together and to the settings. */
final class KubernetesTest {

    static Stream<Path> files() throws IOException {
        return Manifests.files().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void aManifestHasTheFieldsThatThereAre(Path file) throws IOException {
        Manifests.validate(Deployed.yaml(Deployed.text(file)));
    }

    @ParameterizedTest
    @CsvSource({
        "statefulset.yaml, failureThreshold, failureTreshold",
        "statefulset.yaml, readOnlyRootFilesystem, readonlyRootFilesystem",
        "service-nodes.yaml, publishNotReadyAddresses, publishNotReadyAdresses",
        "poddisruptionbudget.yaml, maxUnavailable, maxUnavailabel",
        "networkpolicy.yaml, podSelector, podSelektor",
        "secret.yaml, stringData, stringdata",
    })
    void aMisspelledFieldIsRefused(String file, String field, String misspelled) throws IOException {
        String text = Deployed.text(Manifests.FOLDER.resolve(file));
        assertThat(text).contains(field + ":");

        assertThatThrownBy(() -> Manifests.validate(Deployed.yaml(text.replace(field + ":", misspelled + ":"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(misspelled);
    }

    @ParameterizedTest
    @MethodSource("files")
    void whateverIsSelectedIsWhatThePodsAreLabelled(Path file) throws IOException {
        JsonNode labels = Manifests.read("statefulset.yaml").at("/spec/template/metadata/labels");

        JsonNode object = Deployed.yaml(Deployed.text(file));
        List<JsonNode> selectors = new ArrayList<>(object.findValues("matchLabels"));
        if (object.path("kind").asText().equals("Service")) {
            selectors.add(object.at("/spec/selector"));
        }

        assertThat(selectors).allSatisfy(selector -> assertThat(selector).isEqualTo(labels));
    }

    @Test
    void thePodsAreTheSeedsOfTheSettings() throws IOException {
        JsonNode set = Manifests.read("statefulset.yaml");
        JsonNode service = Manifests.read("service-nodes.yaml");
        String domain = set.at("/spec/serviceName").asText();
        String name = set.at("/metadata/name").asText();
        int replicas = set.at("/spec/replicas").asInt();

        assertThat(service.at("/metadata/name").asText()).isEqualTo(domain);
        assertThat(settings().getStringList("cluster.seed-nodes"))
                .isEqualTo(IntStream.range(0, replicas)
                        .mapToObj(ordinal -> name + "-" + ordinal + "." + domain + ":" + port("cluster", set))
                        .toList());
        assertThat(settings().getString("cluster.host")).isEqualTo(name + "-1." + domain);
        assertThat(settings().getInt("cluster.port")).isEqualTo(port("cluster", set));
        assertThat(settings().getString("listen")).isEqualTo("0.0.0.0:" + port("http", set));
    }

    @Test
    void thePodReadsTheSettingsAndHasItsDataWhereTheySayAndItIsKept() throws IOException {
        JsonNode set = Manifests.read("statefulset.yaml");
        JsonNode server = set.at("/spec/template/spec/containers/0");
        Map<String, String> mounts = new TreeMap<>();
        server.path("volumeMounts")
                .forEach(mount -> mounts.put(
                        mount.path("name").asText(), mount.path("mountPath").asText()));

        assertThat(server.at("/args/0").asText()).isEqualTo("--config");
        assertThat(server.at("/args/1").asText()).isEqualTo(mounts.get("settings") + "/kubernetes.conf");
        assertThat(settings().getString("data")).isEqualTo(mounts.get("data"));
        assertThat(set.at("/spec/volumeClaimTemplates/0/metadata/name").asText())
                .isEqualTo("data");
    }

    @Test
    void whatThePodIsToldHasNamesThatTheServerOrTheSettingsKnow() throws IOException {
        List<String> told = Manifests.read("statefulset.yaml")
                .at("/spec/template/spec/containers/0/env")
                .findValuesAsText("name");

        assertThat(SettingsFilesTest.variables())
                .containsAll(
                        told.stream().filter(name -> !name.equals("POD_NAME")).toList());
        assertThat(Deployed.text(Deployed.file("kubernetes.conf"))).contains("${POD_NAME}");
    }

    @Test
    void theConfigMapHoldsTheFilesAsTheyAre() throws IOException {
        Map<String, String> files = new TreeMap<>();
        SettingsFilesTest.files().forEach(file -> files.put(String.valueOf(file.getFileName()), Deployed.text(file)));
        Map<String, String> held = new TreeMap<>();
        JsonNode map = Manifests.read("configmap.yaml");
        map.path("data")
                .properties()
                .forEach(entry -> held.put(entry.getKey(), entry.getValue().asText()));

        Path anew = Files.writeString(Path.of("target/configmap.yaml"), ConfigMapText.of(files));
        assertThat(held)
                .as("what configmap.yaml holds; it is in %s as it should be", anew.toAbsolutePath())
                .isEqualTo(files);
    }

    @Test
    void theSecretSetsWhatANodeMustBeToldByNamesThatTheServerKnows() throws IOException {
        List<String> set = new ArrayList<>();
        Manifests.read("secret.yaml").path("stringData").fieldNames().forEachRemaining(set::add);

        assertThat(SettingsFilesTest.variables()).containsAll(set);
        assertThat(set).contains("TINYSYNC_DATABASE_URL", "TINYSYNC_BLOB_STORE", "TINYSYNC_ADMIN_TOKEN");
    }

    private static int port(String name, JsonNode set) {
        for (JsonNode port : set.at("/spec/template/spec/containers/0/ports")) {
            if (port.path("name").asText().equals(name)) {
                return port.path("containerPort").asInt();
            }
        }
        throw new AssertionError("no port " + name);
    }

    /** Of the pod with the number 1. */
    private static Config settings() {
        Map<String, String> pod = Map.of(
                "POD_NAME", "tinysync-1",
                "TINYSYNC_DATABASE_URL", "postgresql://tinysync:secret@database/tinysync",
                "TINYSYNC_BLOB_STORE", "s3://contents",
                "TINYSYNC_ADMIN_TOKEN", "a token");
        return ConfigFactory.parseFile(Deployed.file("kubernetes.conf").toFile())
                .withFallback(ConfigFactory.parseMap(pod))
                .resolve(ConfigResolveOptions.noSystem())
                .getConfig("tinysync.server");
    }
}
