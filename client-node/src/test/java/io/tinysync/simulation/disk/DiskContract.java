package io.tinysync.simulation.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the content files and the drive expect of a disk while the power is on: of the simulated one, and of a real directory. */
abstract class DiskContract {

    private Path folder = Path.of("");
    private Path file = folder;

    /** A folder that is there and empty. */
    abstract Path emptyFolder() throws IOException;

    @BeforeEach
    void begin() throws IOException {
        folder = emptyFolder();
        file = folder.resolve("file");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private static String text(Path path) throws IOException {
        return new String(Files.readAllBytes(path), ISO_8859_1);
    }

    private static String read(FileChannel channel, long offset, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        int read = channel.read(buffer, offset);
        return read < 0 ? "the end" : new String(buffer.array(), 0, read, ISO_8859_1);
    }

    private Path written(String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(ISO_8859_1));
    }

    private static FileChannel open(Path path, OpenOption... options) throws IOException {
        return FileChannel.open(path, options);
    }

    private List<String> names(Path of) throws IOException {
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(of)) {
            files.forEach(path -> names.add(path.getFileName().toString()));
        }
        names.sort(null);
        return names;
    }

    @Test
    void a_new_file_is_made_only_where_there_is_none() throws IOException {
        open(file, CREATE_NEW, WRITE).close();
        assertThat(Files.size(file)).isZero();
        assertThatThrownBy(() -> open(file, CREATE_NEW, WRITE)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void what_is_missing_is_missing() {
        assertThatThrownBy(() -> open(file, READ)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> open(file, WRITE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.size(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.getLastModifiedTime(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.readAllBytes(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.newDirectoryStream(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.move(file, folder.resolve("other"), ATOMIC_MOVE))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.createLink(folder.resolve("other"), file))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void nothing_is_in_a_folder_that_is_missing_or_none() throws IOException {
        Path below = written("plain", "text").resolve("below");
        assertThatThrownBy(() -> open(folder.resolve("none").resolve("file"), CREATE, WRITE))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.createDirectory(folder.resolve("none").resolve("folder")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> open(below, CREATE, WRITE)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.newDirectoryStream(folder.resolve("plain")))
                .isInstanceOf(NotDirectoryException.class);
        assertThat(Files.exists(below)).isFalse();
    }

    @Test
    void opening_for_writing_leaves_what_is_there_unless_it_is_to_be_emptied() throws IOException {
        written("file", "text");
        open(file, CREATE, READ, WRITE).close();
        assertThat(text(file)).isEqualTo("text");
        open(file, CREATE, TRUNCATE_EXISTING, READ, WRITE).close();
        assertThat(text(file)).isEmpty();
    }

    @Test
    void bytes_are_read_and_written_at_positions() throws IOException {
        try (FileChannel channel = open(file, CREATE_NEW, READ, WRITE)) {
            assertThat(channel.write(bytes("0123456789"), 0)).isEqualTo(10);
            assertThat(channel.write(bytes("ab"), 4)).isEqualTo(2);
            assertThat(read(channel, 0, 20)).isEqualTo("0123ab6789");
            assertThat(read(channel, 3, 3)).isEqualTo("3ab");
            assertThat(channel.position()).isZero();
            assertThat(channel.size()).isEqualTo(10);
        }
    }

    @Test
    void a_read_at_or_past_the_end_says_so_and_one_of_nothing_does_not() throws IOException {
        try (FileChannel channel = open(written("file", "text"), READ)) {
            assertThat(read(channel, 4, 1)).isEqualTo("the end");
            assertThat(read(channel, 1_000_000, 1)).isEqualTo("the end");
            assertThat(read(channel, 2, 10)).isEqualTo("xt");
            assertThat(channel.read(ByteBuffer.allocate(0), 1)).isZero();
        }
    }

    @Test
    void a_write_past_the_end_leaves_zeros_before_it() throws IOException {
        try (FileChannel channel = open(written("file", "text"), READ, WRITE)) {
            channel.write(bytes("end"), 100);
            assertThat(channel.size()).isEqualTo(103);
            assertThat(read(channel, 0, 103)).isEqualTo("text" + "\0".repeat(96) + "end");
        }
    }

    @Test
    void what_was_cut_off_is_zero_when_the_file_grows_again() throws IOException {
        try (FileChannel channel = open(written("file", "0123456789"), READ, WRITE)) {
            channel.truncate(3);
            assertThat(channel.size()).isEqualTo(3);
            channel.write(bytes("x"), 6);
            assertThat(read(channel, 0, 20)).isEqualTo("012\0\0\0x");
            channel.truncate(100);
            assertThat(channel.size()).isEqualTo(7);
        }
    }

    @Test
    void a_channel_goes_on_where_it_was_and_an_appending_one_at_the_end() throws IOException {
        try (FileChannel channel = open(file, CREATE_NEW, READ, WRITE)) {
            channel.write(bytes("one "));
            channel.write(bytes("two "));
            assertThat(channel.position()).isEqualTo(8);
            channel.position(4);
            ByteBuffer rest = ByteBuffer.allocate(10);
            assertThat(channel.read(rest)).isEqualTo(4);
            assertThat(channel.read(rest)).isEqualTo(-1);
        }
        try (FileChannel channel = open(file, APPEND)) {
            channel.write(bytes("three"));
        }
        assertThat(text(file)).isEqualTo("one two three");
    }

    @Test
    void a_channel_transfers_to_another_and_stops_at_its_end() throws IOException {
        try (FileChannel from = open(written("file", "0123456789"), READ);
                FileChannel to = open(folder.resolve("to"), CREATE_NEW, WRITE)) {
            assertThat(from.transferTo(0, 4, to)).isEqualTo(4);
            assertThat(from.transferTo(4, 100, to)).isEqualTo(6);
            assertThat(from.transferTo(10, 100, to)).isZero();
        }
        assertThat(text(folder.resolve("to"))).isEqualTo("0123456789");
    }

    @Test
    void a_channel_does_only_what_it_was_opened_for() throws IOException {
        FileChannel reading = open(written("file", "text"), READ);
        assertThatThrownBy(() -> reading.write(bytes("x"), 0)).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> reading.truncate(0)).isInstanceOf(NonWritableChannelException.class);
        reading.close();
        assertThatThrownBy(() -> reading.read(ByteBuffer.allocate(1), 0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(reading::size).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> reading.force(true)).isInstanceOf(ClosedChannelException.class);
        try (FileChannel writing = open(file, WRITE)) {
            assertThatThrownBy(() -> writing.read(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(NonReadableChannelException.class);
        }
    }

    @Test
    void files_and_folders_are_forced_and_a_folder_has_no_bytes() throws IOException {
        try (FileChannel channel = open(written("file", "text"), READ)) {
            channel.force(true);
        }
        try (FileChannel channel = open(folder, READ)) {
            channel.force(true);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), 0)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> open(folder, WRITE).truncate(0)).isInstanceOf(IOException.class);
    }

    @Test
    void a_move_takes_the_place_of_what_is_there_and_who_has_that_open_keeps_it() throws IOException {
        Path target = written("target", "old");
        written("file", "new");
        try (FileChannel old = open(target, READ);
                FileChannel moved = open(file, READ, WRITE)) {
            Files.move(file, target, ATOMIC_MOVE);
            assertThat(read(old, 0, 10)).isEqualTo("old");
            moved.write(bytes("N"), 0);
        }
        assertThat(text(target)).isEqualTo("New");
        assertThat(names(folder)).containsExactly("target");
    }

    @Test
    void a_move_that_is_not_to_replace_anything_does_not() throws IOException {
        Path target = written("target", "old");
        written("file", "new");
        assertThatThrownBy(() -> Files.move(file, target)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(text(target)).isEqualTo("old");
        Files.move(file, target, REPLACE_EXISTING);
        assertThat(text(target)).isEqualTo("new");
    }

    @Test
    void a_file_is_moved_to_another_folder() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        written("file", "text");
        Files.move(file, other.resolve("moved"), ATOMIC_MOVE);
        assertThat(names(folder)).containsExactly("other");
        assertThat(text(other.resolve("moved"))).isEqualTo("text");
    }

    @Test
    void a_file_that_is_deleted_while_it_is_open_goes_on_without_a_name() throws IOException {
        try (FileChannel channel = open(written("file", "text"), READ, WRITE)) {
            Files.delete(file);
            channel.write(bytes(" and more"), 4);
            assertThat(read(channel, 0, 20)).isEqualTo("text and more");
            written("file", "another");
            assertThat(read(channel, 0, 4)).isEqualTo("text");
        }
        assertThat(text(file)).isEqualTo("another");
    }

    @Test
    void a_file_with_two_names_is_one_until_the_last_is_gone() throws IOException {
        Path second = folder.resolve("second");
        Files.createLink(second, written("file", "text"));
        assertThatThrownBy(() -> Files.createLink(second, file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.isSameFile(file, second)).isTrue();
        try (FileChannel channel = open(file, WRITE)) {
            channel.write(bytes("T"), 0);
        }
        Files.delete(file);
        assertThat(text(second)).isEqualTo("Text");
        assertThat(Files.isSameFile(second, written("file", "Text"))).isFalse();
    }

    @Test
    void only_an_empty_folder_is_deleted() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a").resolve("b"));
        assertThatThrownBy(() -> Files.createDirectory(inner)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.createDirectories(inner)).isEqualTo(inner);
        assertThatThrownBy(() -> Files.delete(folder.resolve("a"))).isInstanceOf(DirectoryNotEmptyException.class);
        Files.delete(inner);
        Files.delete(folder.resolve("a"));
        assertThat(names(folder)).isEmpty();
        assertThat(Files.deleteIfExists(inner)).isFalse();
    }

    @Test
    void a_folder_lists_the_names_that_pass_the_filter() throws IOException {
        written("b", "");
        written("a.leaves", "");
        Files.createDirectory(folder.resolve("c"));
        assertThat(names(folder)).containsExactly("a.leaves", "b", "c");
        List<Path> found = new ArrayList<>();
        try (var files =
                Files.newDirectoryStream(folder, path -> !path.toString().endsWith(".leaves"))) {
            files.forEach(found::add);
        }
        assertThat(found).containsExactlyInAnyOrder(folder.resolve("b"), folder.resolve("c"));
    }

    @Test
    void attributes_say_what_a_name_stands_for() throws IOException {
        written("file", "text");
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        assertThat(attributes.size()).isEqualTo(4);
        assertThat(attributes.isRegularFile()).isTrue();
        assertThat(Files.isRegularFile(file)).isTrue();
        assertThat(Files.isDirectory(file)).isFalse();
        assertThat(Files.isDirectory(folder)).isTrue();
        assertThat(Files.isRegularFile(folder)).isFalse();
        assertThat(Files.exists(folder.resolve("none"))).isFalse();
        assertThat(Files.notExists(folder.resolve("none"))).isTrue();
        assertThat(Files.getFileStore(folder).getUsableSpace()).isPositive();
    }

    @Test
    void a_time_that_is_set_stays_until_something_is_written() throws IOException {
        FileTime old = FileTime.from(1_000_000_007, TimeUnit.SECONDS);
        written("file", "text");
        Files.setLastModifiedTime(file, old);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
        Path moved = Files.move(file, folder.resolve("moved"), ATOMIC_MOVE);
        assertThat(text(moved)).isEqualTo("text");
        assertThat(Files.getLastModifiedTime(moved)).isEqualTo(old);
        try (FileChannel channel = open(moved, WRITE)) {
            channel.write(bytes("T"), 0);
        }
        assertThat(Files.getLastModifiedTime(moved)).isGreaterThan(old);
    }

    @Test
    void permissions_belong_to_the_file_and_not_to_its_name() throws IOException {
        written("file", "text");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.createLink(folder.resolve("second"), file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("second"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void whole_files_are_written_over_what_was_longer() throws IOException {
        written("file", "something long");
        Files.writeString(file, "short", ISO_8859_1);
        assertThat(Files.readString(file, ISO_8859_1)).isEqualTo("short");
    }

    @Test
    void paths_are_put_together_and_taken_apart() {
        Path inner = folder.resolve("a").resolve("b");
        assertThat(inner.getFileName().toString()).isEqualTo("b");
        assertThat(inner.getParent()).isEqualTo(folder.resolve("a"));
        assertThat(inner.resolveSibling("")).isEqualTo(folder.resolve("a"));
        assertThat(inner.resolveSibling("c")).isEqualTo(folder.resolve("a").resolve("c"));
        assertThat(inner.startsWith(folder)).isTrue();
        assertThat(folder.relativize(inner).toString()).isEqualTo("a/b");
        assertThat(folder.resolve("a/b")).isEqualTo(inner).hasSameHashCodeAs(inner);
    }
}
