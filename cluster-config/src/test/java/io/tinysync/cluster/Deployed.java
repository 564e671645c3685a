package io.tinysync.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Where what an operator deploys is, in this checkout. */
final class Deployed {

    static final Path FILES = Path.of("src/main/resources").toAbsolutePath();
    static final Path ROOT = FILES.resolve("../../../..").normalize();

    /** For what servers can make again, such as the programs of their own PostgreSQL. */
    static final Path CACHE = Path.of("target", "cache").toAbsolutePath();

    private Deployed() {}

    static Path file(String name) {
        return FILES.resolve(name);
    }

    /** Aliases and merges are carried out. */
    static JsonNode yaml(String text) {
        return new ObjectMapper().valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
