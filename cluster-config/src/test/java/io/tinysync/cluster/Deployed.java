package io.tinysync.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where what an operator deploys is, in this checkout. */
final class Deployed {

    static final Path FILES = Path.of("src/main/resources").toAbsolutePath();
    static final Path ROOT = FILES.resolve("../../../..").normalize();

    private Deployed() {}

    static Path file(String name) {
        return FILES.resolve(name);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
