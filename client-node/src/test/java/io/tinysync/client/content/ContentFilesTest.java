package io.tinysync.client.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.ContentStore.Download;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents on a real disk. */
final class ContentFilesTest {

    private static final ItemId ITEM = new ItemId(new UUID(1, 2));

    @TempDir
    Path directory;

    private ContentFiles files;

    @BeforeEach
    void open() throws IOException {
        files = ContentFiles.open(directory);
    }

    private static Content content(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Content(Sha256.hash(bytes), bytes.length);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private void download(Content content, String text) throws IOException {
        try (Download download = files.begin(content)) {
            Files.writeString(download.path(), text);
            download.commit();
        }
    }

    @Test
    void a_download_is_found_once_its_hash_was_checked() throws IOException {
        Content content = content("hello");
        try (Download download = files.begin(content)) {
            Files.writeString(download.path(), "hello");
            assertThat(files.find(content)).isEmpty();
            assertThat(download.commit()).isTrue();
        }

        assertThat(files.find(content).map(ContentFilesTest::text)).contains("hello");
    }

    @Test
    void a_download_of_other_bytes_is_never_found() throws IOException {
        Content content = content("hello");
        try (Download download = files.begin(content)) {
            Files.writeString(download.path(), "hallo");
            assertThat(download.commit()).isFalse();
        }

        assertThat(files.find(content)).isEmpty();
        assertThat(directory.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void a_file_of_the_wrong_length_is_discarded() throws IOException {
        Content content = content("hello");
        download(content, "hello");
        Files.writeString(files.find(content).orElseThrow(), "hel");

        assertThat(files.find(content)).isEmpty();
        download(content, "hello");
        assertThat(files.find(content)).isPresent();
    }

    @Test
    void what_was_not_durable_when_the_machine_went_down_is_checked_before_it_is_shown() throws IOException {
        Content lost = content("hello");
        Content kept = content("other");
        download(lost, "hello");
        download(kept, "other");
        Files.writeString(files.find(lost).orElseThrow(), "\0\0\0\0\0");
        Files.writeString(directory.resolve("boot_id"), "an earlier start");
        files = ContentFiles.open(directory);

        assertThat(files.find(lost)).isEmpty();
        assertThat(files.find(kept)).isPresent();
    }

    @Test
    void the_empty_content_is_always_here() {
        assertThat(files.find(Content.EMPTY).map(ContentFilesTest::text)).contains("");
    }

    @Test
    void a_sealed_content_stays_what_it_is_while_its_working_file_grows() throws IOException {
        WorkingFile working = files.working().empty(ITEM);
        working.write(bytes("one"), 0);
        Content one = working.seal();
        working.write(bytes(" two"), 3);

        assertThat(files.find(one).map(ContentFilesTest::text)).contains("one");
        assertThat(working.seal()).isEqualTo(content("one two"));
        assertThat(files.find(content("one two")).map(ContentFilesTest::text)).contains("one two");
    }

    @Test
    void a_hash_follows_writes_in_any_order() throws IOException {
        WorkingFile working = files.working().empty(ITEM);
        working.write(bytes("world"), 6);
        working.write(bytes("hello "), 0);
        working.write(bytes("W"), 6);
        assertThat(working.seal()).isEqualTo(content("hello World"));
        working.resize(5);
        assertThat(working.seal()).isEqualTo(content("hello"));
        working.resize(7);
        assertThat(working.seal()).isEqualTo(content("hello\0\0"));
        assertThat(files.find(content("hello World")).map(ContentFilesTest::text))
                .contains("hello World");
    }

    @Test
    void durable_contents_are_believed_after_the_machine_went_down() throws IOException {
        Content content = content("hello");
        download(content, "hello");
        files.makeDurable(List.of(content.sha256(), content("absent").sha256()));
        Files.writeString(directory.resolve("boot_id"), "an earlier start");
        files = ContentFiles.open(directory);

        assertThat(files.find(content)).isPresent();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
