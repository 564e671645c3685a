package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinysync.server.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each secret may be in a file. */
final class SecretFilesTest {

    @TempDir
    private Path directory;

    static Iterable<String> secrets() {
        return SecretFiles.SECRETS;
    }

    private static Config settings(Map<String, String> set) {
        Map<String, Object> all = new HashMap<>();
        for (String secret : SecretFiles.SECRETS) {
            all.put(secret, "");
            all.put(secret + "-file", "");
        }
        all.putAll(set);
        return ConfigFactory.parseMap(all);
    }

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("secret"), text);
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void what_the_file_holds_is_the_secret_but_for_one_newline_at_its_end(String secret) throws Exception {
        for (Map.Entry<String, String> each : Map.of("word", "word", "word\n", "word", "two words\r\n", "two words")
                .entrySet()) {
            Path file = file(each.getKey());
            Config read = SecretFiles.read(settings(Map.of(secret + "-file", file.toString())));
            assertThat(read.getString(secret)).isEqualTo(each.getValue());
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void a_secret_and_its_file_are_refused_together(String secret) throws Exception {
        Path file = file("of the file");
        assertThatThrownBy(() -> SecretFiles.read(settings(Map.of(secret, "word", secret + "-file", file.toString()))))
                .isInstanceOf(StartupException.class)
                .hasMessage(secret + " and " + secret + "-file are both set: only one of them can hold");
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void a_file_that_is_empty_missing_or_no_text_is_refused_by_the_setting_s_name(String secret) throws Exception {
        Path missing = directory.resolve("missing");
        assertRefused(secret, missing, "there is no file " + missing);
        assertRefused(secret, file(""), "is empty");
        assertRefused(secret, file("\n"), "is empty");
        assertRefused(secret, directory, "cannot read " + directory);
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE, 's', 'e', 'c'});
        assertRefused(secret, binary, "cannot read " + binary + " as text");
        assertRefused(secret, file("long".repeat(20_000)), "is over 65536 bytes");
    }

    private static void assertRefused(String secret, Path file, String why) {
        assertThatThrownBy(() -> SecretFiles.read(settings(Map.of(secret + "-file", file.toString()))))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(secret + "-file: ")
                .hasMessageContaining(why);
    }
}
