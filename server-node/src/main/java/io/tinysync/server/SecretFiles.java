package io.tinysync.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Secrets that the operator keeps in files, so that none stands in a settings' file, in the environment or on a command line: beside each of these
 * settings there is one of the same name with {@code -file}.
 */
final class SecretFiles {

    static final List<String> SECRETS = List.of("database-url", "admin-token", "s3.access-key", "s3.secret-key");

    private static final String SUFFIX = "-file";
    private static final int MAX_BYTES = 64 << 10;

    private SecretFiles() {}

    /**
     * The settings with what the files hold in its place.
     *
     * @param server {@code tinysync.server}
     * @throws StartupException if one is set as well as its file, or the file cannot be read or is empty; the message never shows a secret
     */
    static Config read(Config server) throws StartupException {
        Config read = server;
        for (String secret : SECRETS) {
            Optional<String> file = ServerSettings.text(server, secret + SUFFIX);
            if (file.isPresent()) {
                if (ServerSettings.text(server, secret).isPresent()) {
                    throw new StartupException(
                            secret + " and " + secret + SUFFIX + " are both set: only one of them can hold");
                }
                String text = contents(secret + SUFFIX, Path.of(file.get()));
                read = read.withValue(secret, ConfigValueFactory.fromAnyRef(text));
            }
        }
        return read;
    }

    /** Without the newline that editors put at a file's end. */
    private static String contents(String setting, Path file) throws StartupException {
        String text = text(setting, file).replaceFirst("\\r?\\n\\z", "");
        if (text.isBlank()) {
            throw new StartupException(setting + ": " + file + " is empty");
        }
        return text;
    }

    private static String text(String setting, Path file) throws StartupException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new StartupException(setting + ": " + file + " is over " + MAX_BYTES + " bytes, and no secret");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new StartupException(setting + ": there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new StartupException(setting + ": no permission to read " + file, e);
        } catch (IOException e) {
            throw new StartupException(setting + ": cannot read " + file + " as text", e);
        }
    }
}
