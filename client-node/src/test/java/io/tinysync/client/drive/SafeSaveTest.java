package io.tinysync.client.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs find under the names of a save, and through what they had open, on a drive over a real store. */
final class SafeSaveTest {

    private static final int PID = 1;

    @TempDir
    Path directory;

    private StoredDrive world;
    private LocalDrive drive;
    private ItemId doc;

    @BeforeEach
    void world() throws IOException {
        world = new StoredDrive(directory, 0, 0);
        drive = world.drive();
        doc = world.arrive("doc", "old");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private long create(String name, String text) {
        long handle = drive.create(Drive.ROOT_INO, name, 0644, PID).handle();
        drive.write(handle, 0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return handle;
    }

    private void close(long handle) {
        drive.flush(handle);
        drive.release(handle);
    }

    private void rename(String from, String to) {
        drive.rename(Drive.ROOT_INO, from, Drive.ROOT_INO, to, RenameMode.REPLACE);
    }

    private long open(String name) {
        return drive.open(drive.lookup(Drive.ROOT_INO, name).ino(), OpenMode.READ, PID);
    }

    private String read(long handle) {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        int count = drive.read(handle, 0, buffer);
        return new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
    }

    private String read(String name) {
        long handle = open(name);
        try {
            return read(handle);
        } finally {
            close(handle);
        }
    }

    /** The kernel sends a release when it likes, and goes on to know the file by the inode that it was made with. */
    @Test
    void a_save_shows_its_content_whenever_the_release_of_its_writer_comes() throws Exception {
        try (ExecutorService releases = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 300; i++) {
                String text = "content " + i;
                long handle = create("doc.lock", text);
                long ino = drive.inodeOf(handle);
                drive.flush(handle);
                Future<?> released = releases.submit(() -> drive.release(handle));
                rename("doc.lock", "doc");

                assertThat(drive.getattr(ino).sizeBytes()).isEqualTo(text.length());
                long reader = drive.open(ino, OpenMode.READ, PID);
                assertThat(read(reader)).isEqualTo(text);
                close(reader);
                released.get();
                assertThat(drive.getattr(ino).sizeBytes()).isEqualTo(text.length());
            }
        }
    }

    @Test
    void a_file_renamed_away_and_made_anew_has_both_contents_under_their_names() {
        long reader = open("doc");
        rename("doc", "doc~");
        long writer = create("doc", "new");
        close(writer);

        assertThat(read("doc")).isEqualTo("new");
        assertThat(read("doc~")).isEqualTo("old");
        assertThat(read(reader)).isEqualTo("old");
        close(reader);
        assertThat(world.idOf("doc")).isEqualTo(doc);
    }

    @Test
    void a_reader_of_the_new_file_that_outlives_its_writer_reads_on() {
        rename("doc", "doc~");
        long writer = create("doc", "new");
        long reader = open("doc");
        close(writer);

        assertThat(read(reader)).isEqualTo("new");
        assertThat(drive.getattr(drive.inodeOf(reader)).sizeBytes()).isEqualTo(3);
        close(reader);
        assertThat(read("doc")).isEqualTo("new");
    }

    @Test
    void a_save_by_one_who_had_not_seen_what_arrived_meanwhile_leaves_that_and_stands_beside_it() {
        close(open("doc"));
        world.arriveContent(doc, "doc", "theirs");
        close(create("saving", "mine"));
        rename("saving", "doc");

        assertThat(read("doc")).isEqualTo("theirs");
        assertThat(world.names()).hasSize(2).anyMatch(name -> name.startsWith("doc (conflicted copy, test, "));
    }

    /** Has another program act at the moment when the tree has changed and the drive's inodes have not. */
    private <T> OtherThread<T> amidChange(Callable<T> action) {
        OtherThread<T> other = new OtherThread<>(action);
        AtomicBoolean first = new AtomicBoolean(true);
        world.changed = () -> {
            if (first.getAndSet(false)) {
                other.startUntilItWaits();
            }
        };
        return other;
    }

    private Void rewrite(long ino, String text) {
        long handle = drive.open(ino, OpenMode.REWRITE, PID);
        drive.write(handle, 0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        close(handle);
        return null;
    }

    @Test
    void a_file_made_anew_is_written_again_while_its_first_closing_ends() throws Exception {
        rename("doc", "doc~");
        Opened made = drive.create(Drive.ROOT_INO, "doc", 0644, PID);
        drive.flush(made.handle());
        OtherThread<Void> next = amidChange(() -> rewrite(made.attributes().ino(), "newer"));
        drive.release(made.handle());
        next.result();

        assertThat(read("doc")).isEqualTo("newer");
        assertThat(read("doc~")).isEqualTo("old");
        assertThat(world.idOf("doc")).isEqualTo(doc);
    }

    @Test
    void a_file_made_anew_is_found_by_its_name_and_written_while_its_first_closing_ends() throws Exception {
        rename("doc", "doc~");
        long writer = create("doc", "new");
        drive.flush(writer);
        OtherThread<Void> next =
                amidChange(() -> rewrite(drive.lookup(Drive.ROOT_INO, "doc").ino(), "newer"));
        drive.release(writer);
        next.result();

        assertThat(read("doc")).isEqualTo("newer");
        assertThat(read("doc~")).isEqualTo("old");
    }

    @Test
    void a_file_made_anew_has_its_mode_changed_while_its_first_closing_ends() throws Exception {
        rename("doc", "doc~");
        Opened made = drive.create(Drive.ROOT_INO, "doc", 0644, PID);
        drive.flush(made.handle());
        OtherThread<Attributes> next = amidChange(
                () -> drive.setattr(made.attributes().ino(), OptionalLong.empty(), AttributeChange.mode(0600)));
        drive.release(made.handle());

        assertThat(next.result().mode()).isEqualTo(0600);
        assertThat(drive.lookup(Drive.ROOT_INO, "doc").mode()).isEqualTo(0600);
    }

    @Test
    void what_a_writer_records_while_its_file_is_renamed_over_another_is_recorded_of_the_other() throws Exception {
        long writer = create("doc.tmp", "saved ");
        OtherThread<Void> flush = amidChange(() -> {
            drive.write(writer, 6, ByteBuffer.wrap("whole".getBytes(StandardCharsets.UTF_8)));
            close(writer);
            return null;
        });
        rename("doc.tmp", "doc");
        flush.result();

        assertThat(read("doc")).isEqualTo("saved whole");
        assertThat(world.idOf("doc")).isEqualTo(doc);
        assertThat(world.isOpenForWriting(doc)).isFalse();
    }

    @Test
    void what_a_writer_records_while_its_file_is_renamed_over_does_not_reach_the_new_one() throws Exception {
        long writer = drive.open(drive.lookup(Drive.ROOT_INO, "doc").ino(), OpenMode.REWRITE, PID);
        drive.write(writer, 0, ByteBuffer.wrap("late".getBytes(StandardCharsets.UTF_8)));
        close(create("doc.tmp", "saved"));
        OtherThread<Void> late = amidChange(() -> {
            close(writer);
            return null;
        });
        rename("doc.tmp", "doc");
        late.result();

        assertThat(read("doc")).isEqualTo("saved");
        assertThat(world.isOpenForWriting(doc)).isFalse();
    }
}
