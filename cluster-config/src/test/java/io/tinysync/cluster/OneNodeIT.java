package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code one-node.conf}, as an operator uses it. */
final class OneNodeIT {

    private static final Path FILE = Path.of("src/main/resources/one-node.conf").toAbsolutePath();

    @TempDir
    private Path data;

    @Test
    void aServerStartsFromTheFileAndStopsWhenAsked() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + FILE.resolve("../../../../../jvm.flags").normalize(),
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tinysync.server.ServerMain",
                "--config",
                FILE.toString()));
        builder.environment().put("TINYSYNC_LISTEN", "127.0.0.1:0");
        builder.environment().put("TINYSYNC_DATA", data.toString());
        builder.environment()
                .put(
                        "XDG_CACHE_HOME",
                        Path.of("target", "cache").toAbsolutePath().toString());
        Process server = builder.redirectErrorStream(true).start();
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8);
                HttpClient http = HttpClient.newHttpClient()) {
            String ready = String.valueOf(output.readLine());
            assertThat(ready).startsWith("ready http://127.0.0.1:");
            URI uri = URI.create(ready.substring("ready ".length()) + "/ready");
            assertThat(http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void theFileNamesEverySettingWithItsDefault() {
        ConfigResolveOptions noEnvironment = ConfigResolveOptions.noSystem();
        Config file = ConfigFactory.parseFile(FILE.toFile()).resolve(noEnvironment);
        Config defaults = ConfigFactory.defaultReferenceUnresolved()
                .withOnlyPath("tinysync.server")
                .resolve(noEnvironment);

        assertThat(file).isEqualTo(defaults);
    }
}
