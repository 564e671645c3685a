package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import io.tinysync.cluster.SettingsFile.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HOCON files explain every key, and resolve on the server's class path. */
final class SettingsFilesTest {

    private static final Pattern DESCRIPTION =
            Pattern.compile("Unit: .+\\. Default: (?<default>.+)\\. Environment: (?<variable>[A-Z0-9_]+)\\.");
    private static final String REQUIRED = "none, it must be set";

    private static final Map<String, Setting> REFERENCE =
            SettingsFile.read(Deployed.ROOT.resolve("server-node/src/main/resources/reference.conf"));

    private static final Map<String, String> NODE = Map.of(
            "TINYSYNC_DATABASE_URL", "postgresql://tinysync:secret@database/tinysync",
            "TINYSYNC_BLOB_STORE", "s3://contents",
            "TINYSYNC_ADMIN_TOKEN", "a token",
            "TINYSYNC_CLUSTER_HOST", "node-2");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(Deployed.FILES)) {
            return all.filter(file -> file.toString().endsWith(".conf")).toList().stream();
        }
    }

    /** All environment variables that set something. */
    static Set<String> variables() {
        return REFERENCE.values().stream()
                .flatMap(setting -> setting.variable().stream())
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyKeySaysWhatItIsWithUnitDefaultAndEnvironmentVariable(Path file) {
        SettingsFile.read(file).forEach((key, setting) -> {
            assertThat(setting.comment()).as(key).hasSizeGreaterThan(1);
            Matcher description = DESCRIPTION.matcher(setting.comment().getLast());
            assertThat(description.matches()).as(key + ": " + setting.comment()).isTrue();
            assertThat(description.group("default")).as(key).isEqualTo(defaultOf(setting));
            assertThat(setting.variable()).as(key).hasValue(description.group("variable"));
        });
    }

    private static String defaultOf(Setting setting) {
        boolean isRequired = setting.variable()
                .map(variable -> setting.value().equals("${" + variable + "}"))
                .orElse(false);
        return isRequired ? REQUIRED : setting.value();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyKeyIsOneOfTheServersWithItsEnvironmentVariable(Path file) {
        SettingsFile.read(file).forEach((key, setting) -> {
            Setting known = REFERENCE.get(key);
            assertThat(known).as(key).isNotNull();
            assertThat(known.variable()).as(key).isEqualTo(setting.variable());
        });
    }

    @Test
    void everySettingOfTheServerCanBeSetByTheEnvironment() {
        assertThat(REFERENCE)
                .allSatisfy(
                        (key, setting) -> assertThat(setting.variable()).as(key).isPresent());
    }

    @Test
    void oneNodeNamesEverySettingWithItsDefault() {
        Config file = ConfigFactory.parseFile(Deployed.file("one-node.conf").toFile());
        Config defaults = ConfigFactory.defaultReferenceUnresolved().withOnlyPath("tinysync.server");

        assertThat(file.resolve(ConfigResolveOptions.noSystem()))
                .isEqualTo(defaults.resolve(ConfigResolveOptions.noSystem()));
    }

    @Test
    void threeNodesResolveWithWhatDiffersAndWhatIsSecretInTheEnvironment() {
        Config server = resolved("three-nodes.conf", NODE).getConfig("tinysync.server");

        assertThat(server.getString("database-url")).isEqualTo("postgresql://tinysync:secret@database/tinysync");
        assertThat(server.getString("cluster.host")).isEqualTo("node-2");
        assertThat(server.getInt("cluster.port")).isEqualTo(7421);
        assertThat(server.getStringList("cluster.seed-nodes"))
                .containsExactly("node-1:7421", "node-2:7421", "node-3:7421");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TINYSYNC_BLOB_STORE", "TINYSYNC_CLUSTER_HOST"})
    void whatANodeMustBeToldIsNamedIfItIsMissing(String variable) {
        Map<String, String> incomplete = new HashMap<>(NODE);
        incomplete.remove(variable);

        assertThatThrownBy(() -> resolved("three-nodes.conf", incomplete))
                .isInstanceOf(ConfigException.UnresolvedSubstitution.class)
                .hasMessageContaining(variable);
    }

    @Test
    void inKubernetesAPodIsTheSeedThatHasItsName() {
        Map<String, String> pod = new HashMap<>(NODE);
        pod.remove("TINYSYNC_CLUSTER_HOST");
        pod.put("POD_NAME", "tinysync-1");

        Config server = resolved("kubernetes.conf", pod).getConfig("tinysync.server");

        String self = server.getString("cluster.host") + ":" + server.getInt("cluster.port");
        List<String> seeds = server.getStringList("cluster.seed-nodes");
        assertThat(seeds).hasSize(3).contains(self);
        assertThat(server.getString("data")).isEqualTo("/var/lib/tinysync");
    }

    /** As the server does it, with nothing of this test's own environment. */
    private static Config resolved(String file, Map<String, String> environment) {
        return ConfigFactory.parseFile(Deployed.file(file).toFile())
                .withFallback(ConfigFactory.parseResources("tinysync-server.conf"))
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .withFallback(ConfigFactory.parseMap(environment))
                .resolve(ConfigResolveOptions.noSystem());
    }
}
