package io.tinysync.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token that a server makes for itself is its owner's alone, and never nothing. */
final class AdminTokenTest {

    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void choose() {
        file = directory.resolve("admin-token");
    }

    @Test
    void itIsMadeOnceAndReadableByItsOwnerOnly() throws IOException {
        AdminToken made = AdminToken.load(Optional.empty(), file);

        String text = Files.readString(file).strip();
        assertThat(text).hasSize(43);
        assertThat(made.matches(text)).isTrue();
        assertThat(AdminToken.load(Optional.empty(), file).matches(text)).isTrue();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    /** As a power loss may leave it. */
    @Test
    void anEmptyFileIsNoToken() throws IOException {
        Files.createFile(file);

        AdminToken made = AdminToken.load(Optional.empty(), file);

        assertThat(made.matches("")).isFalse();
        assertThat(made.matches(Files.readString(file).strip())).isTrue();
    }

    @Test
    void theOneThatTheOperatorChoseIsNotKept() throws IOException {
        AdminToken chosen = AdminToken.load(Optional.of("chosen"), file);

        assertThat(chosen.matches("chosen")).isTrue();
        assertThat(chosen.matches("chose")).isFalse();
        assertThat(file).doesNotExist();
    }
}
