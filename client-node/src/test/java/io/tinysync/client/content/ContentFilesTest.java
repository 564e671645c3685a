package io.tinysync.client.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.blob.BlobDigest;
import io.tinysync.engine.device.ContentStore.Drop;
import io.tinysync.engine.device.ContentStore.NoSpaceException;
import io.tinysync.engine.device.ContentStore.Partial;
import io.tinysync.engine.device.Room;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
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

    private boolean download(Content content, String text) throws IOException {
        try (Partial download = files.begin(content)) {
            download.put(0, bytes(text));
            return download.commit();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static Leaves leaves(byte[] bytes) {
        BlobDigest digest = new BlobDigest();
        digest.update(ByteBuffer.wrap(bytes));
        return digest.finish();
    }

    private static ByteBuffer leaf(byte[] bytes, int leaf) {
        int from = leaf * Leaves.LEAF_BYTES;
        return ByteBuffer.wrap(bytes, from, Math.min(Leaves.LEAF_BYTES, bytes.length - from));
    }

    @Test
    void a_download_is_found_once_its_hash_was_checked() throws IOException {
        Content content = content("hello");
        try (Partial download = files.begin(content)) {
            download.put(0, bytes("hello"));
            assertThat(files.find(content)).isEmpty();
            assertThat(download.commit()).isTrue();
        }

        assertThat(files.find(content).map(ContentFilesTest::text)).contains("hello");
        assertThat(directory.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void a_download_of_other_bytes_is_never_found() throws IOException {
        Content content = content("hello");

        assertThat(download(content, "hallo")).isFalse();

        assertThat(files.find(content)).isEmpty();
        assertThat(directory.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void leaves_are_read_as_they_come_and_the_whole_once_its_hash_has_decided() throws IOException {
        byte[] bytes = random(2 * Leaves.LEAF_BYTES + 7);
        Content content = new Content(Sha256.hash(bytes), bytes.length);
        try (Partial download = files.begin(content)) {
            assertThat(download.goBy(leaves(bytes)).has(0)).isFalse();
            download.put(2, leaf(bytes, 2));
            PartialFile arriving = files.arriving(content).orElseThrow();
            assertThat(arriving.holds(0, 1)).isFalse();
            assertThat(arriving.holds(2L * Leaves.LEAF_BYTES - 1, 2)).isFalse();
            assertThat(arriving.holds(2L * Leaves.LEAF_BYTES, 7)).isTrue();
            ByteBuffer read = ByteBuffer.allocate(7);
            arriving.read(read, 2L * Leaves.LEAF_BYTES);
            assertThat(read.flip()).isEqualTo(leaf(bytes, 2));
            download.put(0, leaf(bytes, 0));
            download.put(1, leaf(bytes, 1));
            assertThat(arriving.holds(0, 1)).isFalse();
            assertThat(download.commit()).isTrue();
        }

        assertThat(files.find(content).orElseThrow()).hasBinaryContent(bytes);
        assertThat(files.arriving(content)).isEmpty();
    }

    @Test
    void what_came_before_a_restart_is_kept_as_far_as_it_is_right() throws IOException {
        byte[] bytes = random(4 * Leaves.LEAF_BYTES);
        Content content = new Content(Sha256.hash(bytes), bytes.length);
        try (Partial download = files.begin(content)) {
            download.goBy(leaves(bytes));
            download.put(0, leaf(bytes, 0));
            download.put(1, leaf(bytes, 1));
            download.put(3, leaf(bytes, 3));
        }
        flip(directory.resolve("partial").resolve(content.sha256().toString()), Leaves.LEAF_BYTES + 5);
        files = ContentFiles.open(directory);

        try (Partial download = files.begin(content)) {
            Pieces here = download.goBy(download.leaves().orElseThrow());
            assertThat(List.of(here.has(0), here.has(1), here.has(2), here.has(3)))
                    .containsExactly(true, false, false, true);
            download.put(1, leaf(bytes, 1));
            download.put(2, leaf(bytes, 2));
            assertThat(download.commit()).isTrue();
        }
        assertThat(files.find(content).orElseThrow()).hasBinaryContent(bytes);
    }

    @Test
    void leaves_by_a_wrong_list_are_discarded_when_the_whole_is_another() throws IOException {
        byte[] bytes = random(2 * Leaves.LEAF_BYTES);
        byte[] wrong = random(2 * Leaves.LEAF_BYTES - 1);
        Content content = new Content(Sha256.hash(bytes), bytes.length);
        Leaves list = leaves(Arrays.copyOf(wrong, bytes.length));
        try (Partial download = files.begin(content)) {
            download.goBy(list);
            download.put(0, leaf(wrong, 0));
            download.put(1, leaf(Arrays.copyOf(wrong, bytes.length), 1));
            assertThat(download.commit()).isFalse();
            assertThat(download.leaves()).isEmpty();
        }
        assertThat(files.find(content)).isEmpty();
    }

    @Test
    void a_truncated_file_is_never_shown_and_fetched_again() throws IOException {
        Content content = content("hello");
        download(content, "hello");
        Files.writeString(files.find(content).orElseThrow(), "hel");

        assertThat(files.find(content)).isEmpty();
        download(content, "hello");
        assertThat(files.find(content)).isPresent();
    }

    @Test
    void a_flipped_bit_is_found_at_the_next_use_and_the_file_set_aside() throws IOException {
        Content content = content("hello");
        download(content, "hello");
        Path file = files.find(content).orElseThrow();
        flip(file, 2);

        assertThat(files.find(content)).isEmpty();
        assertThat(directory.resolve("damaged").resolve(content.sha256().toString()))
                .hasContent("hemlo");
    }

    @Test
    void what_an_earlier_process_wrote_is_hashed_before_its_first_use() throws IOException {
        Content lost = content("hello");
        Content kept = content("other");
        download(lost, "hello");
        download(kept, "other");
        Path file = files.find(lost).orElseThrow();
        files.makeDurable(
                List.of(lost.sha256(), kept.sha256(), content("absent").sha256()));
        FileTime before = Files.getLastModifiedTime(file);
        flip(file, 0);
        Files.setLastModifiedTime(file, before);
        files = ContentFiles.open(directory);

        assertThat(files.find(lost)).isEmpty();
        assertThat(files.find(kept)).isPresent();
    }

    @Test
    void many_contents_are_made_durable_at_once() throws IOException {
        List<Content> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Content content = content("number " + i);
            download(content, "number " + i);
            all.add(content);
        }
        files.makeDurable(all.stream().map(Content::sha256).toList());

        for (Content content : all) {
            assertThat(Files.getPosixFilePermissions(files.find(content).orElseThrow()))
                    .isEqualTo(PosixFilePermissions.fromString("r--------"));
        }
    }

    /** As a disk does: the file's mode is no obstacle. */
    private static void flip(Path file, int offset) throws IOException {
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 1;
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, before);
    }

    @Test
    void what_is_open_or_not_recorded_yet_is_not_dropped() throws IOException {
        Content content = content("hello");
        download(content, "hello");
        try (OpenContent open = files.open(content).orElseThrow()) {
            assertThat(files.drop(content.sha256(), () -> true)).isEqualTo(Drop.IN_USE);
            assertThat(open.read(ByteBuffer.allocate(5), 0)).isEqualTo(5);
        }
        assertThat(files.drop(content.sha256(), () -> false)).isEqualTo(Drop.KEPT);
        assertThat(files.drop(content.sha256(), () -> true)).isEqualTo(Drop.DROPPED);
        assertThat(files.drop(content.sha256(), () -> true)).isEqualTo(Drop.ABSENT);

        WorkingFile working = files.working().empty(ITEM, BytesId.NONE);
        working.write(bytes("written"), 0);
        Content sealed = working.seal();
        assertThat(files.drop(sealed.sha256(), () -> true)).isEqualTo(Drop.IN_USE);
        files.recorded(sealed);
        assertThat(files.drop(sealed.sha256(), () -> true)).isEqualTo(Drop.DROPPED);
    }

    @Test
    void what_all_contents_take_is_known_by_a_walk_and_by_what_changed_since() throws IOException {
        download(content("hello"), "hello");
        byte[] bytes = random(2 * Leaves.LEAF_BYTES);
        Content half = new Content(Sha256.hash(bytes), bytes.length);
        Partial download = files.begin(half);
        download.goBy(leaves(bytes));
        download.put(0, leaf(bytes, 0));
        assertThat(files.changedBytes())
                .as("room is taken for all of it")
                .isEqualTo(walked())
                .isEqualTo(5 + bytes.length);
        download.close();
        assertThat(files.changedBytes()).isEqualTo(walked()).isEqualTo(5 + Leaves.LEAF_BYTES);
        files.drop(half.sha256(), () -> true);
        files.drop(content("hello").sha256(), () -> true);
        assertThat(files.changedBytes()).isEqualTo(walked()).isZero();
        assertThat(directory.resolve("partial")).isEmptyDirectory();
    }

    private long walked() throws IOException {
        AtomicLong bytes = new AtomicLong();
        files.scan(cached -> bytes.addAndGet(cached.sizeBytes()));
        return bytes.get();
    }

    @Test
    void the_last_use_is_noted_without_a_write_for_each() throws IOException {
        Content content = content("hello");
        download(content, "hello");
        Path file = files.find(content).orElseThrow();
        Instant later = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
        files = ContentFiles.open(directory, Clock.fixed(later, ZoneOffset.UTC));
        files.open(content).orElseThrow().close();
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(later);
        files = ContentFiles.open(directory, Clock.fixed(later.plusSeconds(60), ZoneOffset.UTC));
        files.open(content).orElseThrow().close();
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(later);
    }

    @Test
    void a_download_that_does_not_fit_is_refused_and_takes_no_room() throws IOException {
        files.askForRoom(new Room() {
            @Override
            public void require(long bytes) throws NoSpaceException {
                throw new NoSpaceException("the budget is full");
            }

            @Override
            public void makeFree(long bytes) {}
        });
        assertThatThrownBy(() -> files.begin(content("hello"))).isInstanceOf(NoSpaceException.class);
        assertThat(files.changedBytes()).isZero();
        assertThat(directory.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void the_empty_content_is_always_here() {
        assertThat(files.find(Content.EMPTY).map(ContentFilesTest::text)).contains("");
    }

    @Test
    void a_sealed_content_stays_what_it_is_while_its_working_file_grows() throws IOException {
        WorkingFile working = files.working().empty(ITEM, BytesId.NONE);
        working.write(bytes("one"), 0);
        Content one = working.seal();
        working.write(bytes(" two"), 3);

        assertThat(files.find(one).map(ContentFilesTest::text)).contains("one");
        assertThat(working.seal()).isEqualTo(content("one two"));
        assertThat(files.find(content("one two")).map(ContentFilesTest::text)).contains("one two");
    }

    @Test
    void files_of_equal_bytes_can_be_sealed_in_the_same_moment() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 300; round++) {
                String text = "round " + round;
                Callable<Content> write = () -> {
                    WorkingFile working = files.working().empty(ITEM, BytesId.NONE);
                    working.write(bytes(text), 0);
                    together.await();
                    Content sealed = working.seal();
                    files.recorded(sealed);
                    working.discard();
                    return sealed;
                };
                for (Future<Content> sealed : threads.invokeAll(List.of(write, write))) {
                    assertThat(sealed.get()).isEqualTo(content(text));
                }
                assertThat(files.find(content(text)).map(ContentFilesTest::text))
                        .contains(text);
                assertThat(files.drop(content(text).sha256(), () -> true)).isEqualTo(Drop.DROPPED);
            }
        }
        assertThat(files.changedBytes()).isZero();
    }

    @Test
    void a_hash_follows_writes_in_any_order() throws IOException {
        WorkingFile working = files.working().empty(ITEM, BytesId.NONE);
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

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
