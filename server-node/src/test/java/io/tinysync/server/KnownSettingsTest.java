package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.tinysync.server.startup.StartupException;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may have written is what there is, or is refused with its name. */
final class KnownSettingsTest {

    @Test
    void whatIsWrittenAsItIsNamedPasses() {
        assertPasses("""
                tinysync.server {
                  listen = "0.0.0.0:80"
                  gc { interval = 90 minutes, lease = 2h }
                  max-file-bytes = 5000000000
                  uploads.per-device = "12"
                  open-device-registration = "false"
                  cluster { seed-nodes = ["a:1", "b:1"], port = 7421 }
                }
                pekko.loglevel = "DEBUG"
                tinysync.vault-snapshot-store.plugin-dispatcher = "other"
                something.of.another.program = 1""");
    }

    @Test
    void aListMayBeOneTextAsTheEnvironmentHasIt() {
        assertPasses("tinysync.server.cluster.seed-nodes = \"a:1,b:1\"");
    }

    @ParameterizedTest
    @CsvSource({
        "tinysync.server.listn, tinysync.server.listen",
        "tinysync.server.gc.intervall, tinysync.server.gc.interval",
        "tinysync.server.adminToken, tinysync.server.admin-token",
        "tinysync.server.open_device_registration, tinysync.server.open-device-registration",
        "tinysync.server.seed-nodes, tinysync.server.cluster.seed-nodes",
        "tinysync.server.clusters, tinysync.server.cluster",
        "tinysync.sever, tinysync.server"
    })
    void anUnknownNameIsRefusedWithTheOneThatIsMeant(String name, String meant) {
        assertThat(refusal(name + " = 1"))
                .isEqualTo("the configuration is not valid: the file: 1: there is no setting " + name + "; is " + meant
                        + " meant?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tinysync.server.ldap", "tinysync.server.gc.colour", "tinysync.server.\"a.b\""})
    void nothingIsGuessedForANameThatIsLikeNoOther(String name) {
        assertThat(refusal(name + " = 1")).endsWith("there is no setting " + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gc.interval | soon | a time with its unit, such as 90s",
                "gc | 1h | a section, with its settings in braces",
                "max-file-bytes | large | a whole number",
                "cluster.port | 7420.5 | a whole number",
                "open-device-registration | perhaps | true or false",
                "cluster.seed-nodes | 5 | a list",
                "cluster.seed-nodes | [{a: 1}] | a list",
                "data | {} | a text",
                "listen | null | a text",
            })
    void aValueOfAnotherKindIsRefusedWithItsName(String key, String value, String kind) {
        assertThat(refusal("tinysync.server." + key + " = " + value))
                .isEqualTo("the configuration is not valid: the file: 1: tinysync.server." + key + " must be " + kind);
    }

    @Test
    void aWrongValueInTheEnvironmentIsRefusedWithTheNameOfItsSetting() {
        Config config = ConfigFactory.parseMap(Map.of("GC", "soon"), "the environment")
                .withFallback(ConfigFactory.parseString("tinysync.server.gc.interval = ${?GC}"));

        assertThat(refusal(config)).contains("tinysync.server.gc.interval must be a time");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThat(refusal("tinysync.server { a = 1\n gc.b = 2\n data = [] }"))
                .contains("the file: 1: there", "server.a", "; the file: 2: there", "gc.b", "; the file: 3: ", "data");
    }

    @Test
    void theServerSettingsAreCheckedWhereTheyAreRead() {
        assertThat(Assertions.catchThrowable(
                        () -> ServerSettings.read(resolved(config("tinysync.server.listn = 1")), Map.of(), false)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("listn");
    }

    private static void assertPasses(String file) {
        assertThatCode(() -> KnownSettings.check(resolved(config(file)))).doesNotThrowAnyException();
    }

    private static String refusal(String file) {
        return refusal(config(file));
    }

    private static String refusal(Config config) {
        Throwable refusal = Assertions.catchThrowable(() -> KnownSettings.check(resolved(config)));
        assertThat(refusal).isInstanceOf(StartupException.class);
        return String.valueOf(refusal.getMessage());
    }

    private static Config config(String file) {
        return ConfigFactory.parseString(file, ConfigParseOptions.defaults().setOriginDescription("the file"));
    }

    private static Config resolved(Config config) {
        return config.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
    }
}
