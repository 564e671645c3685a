package io.tinysync.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ListedConflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What settling a conflict does to the files of a drive; any folder is one as far as that goes. */
final class ConflictSettlementTest {

    private static final String COPY = "docs/plan (conflicted copy, laptop, 2026-01-31).txt";

    @TempDir
    private Path drive;

    @BeforeEach
    void makeConflict() throws IOException {
        Files.createDirectories(drive.resolve("docs"));
        Files.writeString(drive.resolve("docs/plan.txt"), "theirs");
        Files.writeString(drive.resolve(COPY), "mine");
    }

    private ConflictSettlement settlement() {
        return new ConflictSettlement(new ListedConflict(
                "notes", drive.toString(), COPY, "docs/plan.txt", true, "laptop", "2026-01-31", 4, "copy"));
    }

    @Test
    void keeping_the_copy_makes_it_the_files_content() {
        settlement().keepCopy();
        assertThat(drive.resolve("docs/plan.txt")).hasContent("mine");
        assertThat(drive.resolve(COPY)).doesNotExist();
    }

    @Test
    void keeping_the_original_removes_the_copy_but_never_the_last_one_there_is() throws IOException {
        settlement().keepOriginal();
        assertThat(drive.resolve("docs/plan.txt")).hasContent("theirs");
        assertThat(drive.resolve(COPY)).doesNotExist();

        makeConflict();
        Files.delete(drive.resolve("docs/plan.txt"));
        assertThatThrownBy(() -> settlement().keepOriginal())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("all there is");
        assertThat(drive.resolve(COPY)).hasContent("mine");
    }

    @Test
    void keeping_both_gives_the_copy_a_plain_name_that_is_free() throws IOException {
        Files.writeString(drive.resolve("docs/plan (laptop).txt"), "of an earlier conflict");
        settlement().keepBoth();
        assertThat(drive.resolve("docs/plan.txt")).hasContent("theirs");
        assertThat(drive.resolve("docs/plan (laptop).txt")).hasContent("of an earlier conflict");
        assertThat(drive.resolve("docs/plan (laptop 2).txt")).hasContent("mine");
        assertThat(drive.resolve(COPY)).doesNotExist();
    }

    @Test
    void a_folder_in_the_files_place_is_never_replaced() throws IOException {
        Files.delete(drive.resolve("docs/plan.txt"));
        Files.createDirectory(drive.resolve("docs/plan.txt"));
        assertThatThrownBy(() -> settlement().keepCopy())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("folder");
        assertThat(drive.resolve(COPY)).hasContent("mine");
    }
}
