package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} must do with several short blobs at once; beside {@link BlobStoreContract}. */
interface ShortBlobsContract {

    BlobStore store();

    @Test
    default void severalAreReadBackEach() {
        List<byte[]> contents = new ArrayList<>(List.of(new byte[0], bytes(500, BlobStore.SHORT_BYTES)));
        for (int i = 1; i < 100; i++) {
            contents.add(bytes(500 + i, i * 97));
        }

        List<PutResult> results = putShort(contents);

        for (int i = 0; i < contents.size(); i++) {
            assertThat(results.get(i)).isEqualTo(new PutResult.Stored(contents.get(i).length));
            assertIsStored(contents.get(i));
        }
    }

    @Test
    default void bytesOfAnotherHashRefuseThatOneAlone() {
        byte[] first = bytes(601, 1000);
        byte[] wrong = bytes(602, 1000);
        byte[] last = bytes(603, 1000);
        Sha256 other = Sha256.hash(bytes(604, 1000));
        List<ShortBlob> blobs = List.of(blob(first), new ShortBlob(other, ByteBuffer.wrap(wrong)), blob(last));

        assertThat(BlobStoreContract.get(store().putShort(blobs)))
                .containsExactly(
                        new PutResult.Stored(1000),
                        new PutResult.WrongHash(Sha256.hash(wrong)),
                        new PutResult.Stored(1000));

        assertIsStored(first);
        assertIsStored(last);
        assertThat(BlobStoreContract.get(store().stat(other))).isEmpty();
        assertThat(BlobStoreContract.get(store().stat(Sha256.hash(wrong)))).isEmpty();
    }

    @Test
    default void wrongBytesLeaveAShortBlobThatIsThereAsItWas() {
        byte[] bytes = bytes(611, 500);
        putShort(List.of(bytes));

        BlobStoreContract.get(store().putShort(
                        List.of(new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes(612, 500))), blob(bytes))));

        assertIsStored(bytes);
    }

    @Test
    default void severalMayBePutAgainTogetherWithNewOnesAndMoreThanOnce() {
        byte[] before = bytes(621, 3000);
        byte[] fresh = bytes(622, 3000);
        putShort(List.of(before));

        assertThat(putShort(List.of(before, fresh, before, fresh)))
                .isEqualTo(Collections.nCopies(4, new PutResult.Stored(3000)));

        assertIsStored(before);
        assertIsStored(fresh);
    }

    @Test
    default void aShortBlobThatWasDeletedMayBePutAgain() {
        byte[] bytes = bytes(631, 3000);
        putShort(List.of(bytes));
        BlobStoreContract.get(store().delete(Sha256.hash(bytes)));
        assertThat(BlobStoreContract.get(store().stat(Sha256.hash(bytes)))).isEmpty();

        putShort(List.of(bytes));

        assertIsStored(bytes);
    }

    @Test
    default void manyMayPutTheSameShortBlobsAtOnce() {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            contents.add(bytes(640 + i, 2000));
        }
        List<CompletionStage<List<PutResult>>> puts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Collections.rotate(contents, 3);
            puts.add(store().putShort(
                            contents.stream().map(ShortBlobsContract::blob).toList()));
        }

        for (CompletionStage<List<PutResult>> put : puts) {
            assertThat(BlobStoreContract.get(put)).isEqualTo(Collections.nCopies(20, new PutResult.Stored(2000)));
        }
        contents.forEach(this::assertIsStored);
    }

    private List<PutResult> putShort(List<byte[]> contents) {
        return BlobStoreContract.get(
                store().putShort(contents.stream().map(ShortBlobsContract::blob).toList()));
    }

    private void assertIsStored(byte[] bytes) {
        Sha256 id = Sha256.hash(bytes);
        assertThat(BlobStoreContract.get(store().stat(id))).hasValue(bytes.length);
        assertThat(BlobStoreContract.get(store().readShort(id, 0, BlobStore.SHORT_BYTES))
                        .toArray())
                .isEqualTo(bytes);
    }

    static ShortBlob blob(byte[] bytes) {
        return new ShortBlob(Sha256.hash(bytes), ByteBuffer.wrap(bytes));
    }

    private static byte[] bytes(int seed, int length) {
        return BlobStoreContract.bytes(seed, length);
    }
}
