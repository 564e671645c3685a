package io.tinysync.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchWithBlobsTest {

    private static final byte[] BATCH = "{\"ops\":[]}".getBytes(StandardCharsets.UTF_8);
    private static final ShortBlob BLOB =
            new ShortBlob(Sha256.hash("blob".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8.encode("blob"));
    private static final byte[] BODY = new BatchWithBlobs(ByteBuffer.wrap(BATCH), List.of(BLOB)).encode();

    @Test
    void a_body_holds_the_batch_and_its_blobs() throws Exception {
        BatchWithBlobs decoded = BatchWithBlobs.decode(ByteBuffer.wrap(BODY));

        assertThat(decoded.batch()).isEqualTo(ByteBuffer.wrap(BATCH));
        assertThat(decoded.blobs()).containsExactly(BLOB);
    }

    @Test
    void a_batch_alone_is_a_body_too() throws Exception {
        byte[] body = new BatchWithBlobs(ByteBuffer.wrap(BATCH), List.of()).encode();

        assertThat(BatchWithBlobs.decode(ByteBuffer.wrap(body)).blobs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 10, 15, 20, 50, 53})
    void a_body_that_ends_too_early_is_malformed(int length) {
        byte[] cut = Arrays.copyOf(BODY, length);

        assertThatThrownBy(() -> BatchWithBlobs.decode(ByteBuffer.wrap(cut)))
                .isInstanceOfSatisfying(
                        BlobFrames.MalformedException.class,
                        e -> assertThat(e.code()).isEqualTo(ProblemCode.BAD_REQUEST));
    }

    @Test
    void a_length_beyond_two_gigabytes_is_malformed() {
        byte[] body = BODY.clone();
        body[0] = (byte) 0xff;

        assertThatThrownBy(() -> BatchWithBlobs.decode(ByteBuffer.wrap(body)))
                .isInstanceOf(BlobFrames.MalformedException.class);
    }
}
