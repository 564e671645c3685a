package io.tinysync.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlobFramesTest {

    private static final ShortBlob HELLO = blob("hello\n".getBytes(StandardCharsets.UTF_8));
    private static final ShortBlob EMPTY = blob(new byte[0]);

    @Test
    void frames_are_as_the_golden_file_has_them() throws BlobFrames.MalformedException {
        byte[] golden = GoldenFiles.file("blob-frames.bin");

        assertThat(BlobFrames.encode(List.of(HELLO, EMPTY))).isEqualTo(golden);
        assertThat(BlobFrames.decode(ByteBuffer.wrap(golden))).containsExactly(HELLO, EMPTY);
    }

    @Test
    void what_was_encoded_is_decoded() throws BlobFrames.MalformedException {
        Random random = new Random(1);
        List<ShortBlob> blobs = new ArrayList<>();
        for (int i = 0; i < BlobFrames.MAX_FRAMES; i++) {
            byte[] bytes = new byte[random.nextInt(20_000)];
            random.nextBytes(bytes);
            blobs.add(blob(bytes));
        }

        assertThat(BlobFrames.decode(ByteBuffer.wrap(BlobFrames.encode(blobs)))).isEqualTo(blobs);
    }

    @Test
    void a_body_within_a_larger_buffer_is_decoded_and_the_buffer_stays_where_it_is()
            throws BlobFrames.MalformedException {
        byte[] body = BlobFrames.encode(List.of(HELLO));
        ByteBuffer buffer = ByteBuffer.allocate(body.length + 20);
        buffer.position(7).put(body);
        buffer.flip().position(7);

        assertThat(BlobFrames.decode(buffer)).containsExactly(HELLO);
        assertThat(buffer.position()).isEqualTo(7);
    }

    @Test
    void a_blob_may_have_the_most_bytes_and_none() throws BlobFrames.MalformedException {
        List<ShortBlob> blobs = List.of(blob(new byte[BlobFrames.MAX_BLOB_BYTES]), EMPTY);

        assertThat(BlobFrames.decode(ByteBuffer.wrap(BlobFrames.encode(blobs)))).isEqualTo(blobs);
        assertThat(BlobFrames.decode(ByteBuffer.allocate(0))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 35, 36, 41})
    void a_body_that_ends_within_its_first_frame_is_malformed(int length) {
        byte[] cut = Arrays.copyOf(BlobFrames.encode(List.of(HELLO)), length);

        refused(cut, ProblemCode.BAD_REQUEST, "frame 1");
    }

    @Test
    void bytes_after_the_last_frame_are_malformed() {
        byte[] body = BlobFrames.encode(List.of(HELLO));

        refused(Arrays.copyOf(body, body.length + 1), ProblemCode.BAD_REQUEST, "head of frame 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {BlobFrames.MAX_BLOB_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void a_length_over_the_limit_is_malformed(int length) {
        byte[] body = ByteBuffer.allocate(200_000)
                .put(HELLO.sha256().toBytes())
                .putInt(length)
                .array();

        refused(body, ProblemCode.BAD_REQUEST, Integer.toUnsignedLong(length) + " bytes, the limit is 65536");
    }

    @Test
    void more_frames_than_a_body_may_have_are_too_many() {
        byte[] most = BlobFrames.encode(Collections.nCopies(BlobFrames.MAX_FRAMES, EMPTY));

        refused(Arrays.copyOf(most, most.length + BlobFrames.HEAD_BYTES), ProblemCode.TOO_LARGE, "128");
        assertThatThrownBy(() -> BlobFrames.encode(Collections.nCopies(BlobFrames.MAX_FRAMES + 1, EMPTY)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void more_bytes_than_a_body_may_have_are_too_many() {
        refused(new byte[BlobFrames.MAX_BODY_BYTES + 1], ProblemCode.TOO_LARGE, "4194305");
        assertThatThrownBy(() -> BlobFrames.encode(Collections.nCopies(64, blob(new byte[BlobFrames.MAX_BLOB_BYTES]))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_longer_blob_has_no_frame() {
        assertThatThrownBy(() -> blob(new byte[BlobFrames.MAX_BLOB_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65537");
    }

    @Test
    void any_bytes_are_blobs_or_malformed() {
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            byte[] body = new byte[random.nextInt(300)];
            for (int at = 0; at < body.length; at++) {
                body[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt(40) : 0);
            }
            try {
                List<ShortBlob> blobs = BlobFrames.decode(ByteBuffer.wrap(body));
                assertThat(BlobFrames.encode(blobs)).isEqualTo(body);
            } catch (BlobFrames.MalformedException e) {
                assertThat(e.code()).isEqualTo(ProblemCode.BAD_REQUEST);
            }
        }
    }

    private static void refused(byte[] body, ProblemCode code, String message) {
        assertThatThrownBy(() -> BlobFrames.decode(ByteBuffer.wrap(body)))
                .isInstanceOfSatisfying(
                        BlobFrames.MalformedException.class,
                        malformed -> assertThat(malformed.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private static ShortBlob blob(byte[] bytes) {
        return new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes));
    }
}
