package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The admin token, of a file or of the environment; never an argument, since those are visible to others on the machine. */
public final class AdminTokenOption {

    private static final String VARIABLE = "TINYSYNC_ADMIN_TOKEN";
    private static final String FILE_VARIABLE = "TINYSYNC_ADMIN_TOKEN_FILE";
    private static final int MAX_BYTES = 4 << 10;

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "The file that holds the admin token (default: " + FILE_VARIABLE + ", or the token itself in "
                    + VARIABLE + ").")
    private @Nullable Path file;

    /**
     * The token; empty if nobody said one.
     *
     * @throws Refusal if its file cannot be read or is empty, or both variables are set
     */
    public Optional<String> token() {
        return file == null ? ofEnvironment(System.getenv()) : Optional.of(read("--admin-token-file", file));
    }

    private static Optional<String> ofEnvironment(Map<String, String> environment) {
        Optional<String> token = set(environment, VARIABLE);
        Optional<String> named = set(environment, FILE_VARIABLE);
        if (token.isPresent() && named.isPresent()) {
            throw new Refusal(VARIABLE + " and " + FILE_VARIABLE + " are both set: only one of them can hold");
        }
        return token.or(() -> named.map(path -> read(FILE_VARIABLE, Path.of(path))));
    }

    private static Optional<String> set(Map<String, String> environment, String variable) {
        return Optional.of(environment.getOrDefault(variable, "")).filter(text -> !text.isEmpty());
    }

    private static String read(String named, Path file) {
        try {
            String text = Files.size(file) > MAX_BYTES
                    ? ""
                    : Files.readString(file, StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                throw new Refusal(named + ": there is no token in " + file);
            }
            return text;
        } catch (IOException e) {
            throw Refusal.of(named + ": cannot read " + file, e);
        }
    }
}
