package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every {@link BlobStore} must do; each implementation's test extends it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BlobStoreContract {

    static final UploadAllowance ALLOWANCE = new UploadAllowance(100, 10_000_000_000L);

    private static final long LIMIT = 50_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ActorSystem system = ActorSystem.create(
            "blob-store-contract",
            ConfigFactory.parseResources("tinysync-s3.conf").withFallback(ConfigFactory.load()));

    /** The store under test, empty at first and shared by all tests of the class. */
    public abstract BlobStore store();

    protected final ActorSystem system() {
        return system;
    }

    @AfterAll
    void endTheActorSystem() {
        TestKit.shutdownActorSystem(system);
    }

    @Test
    void whatWasPutIsReadBack() throws Exception {
        byte[] bytes = bytes(1, 300_000);
        Sha256 id = Sha256.hash(bytes);

        assertThat(put(id, bytes)).isEqualTo(new PutResult.Stored(300_000));

        assertThat(get(store().stat(id))).isEqualTo(OptionalLong.of(300_000));
        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
    }

    @Test
    void theEmptyBlobIsABlob() throws Exception {
        Sha256 id = Sha256.hash(new byte[0]);

        assertThat(put(id, new byte[0])).isEqualTo(new PutResult.Stored(0));

        assertThat(get(store().stat(id))).isEqualTo(OptionalLong.of(0));
        assertThat(read(id, 0, Long.MAX_VALUE)).isEmpty();
        assertThat(get(store().leaves(id))).contains(new Leaves(id, 0, Leaves.LEAF_BYTES, List.of()));
    }

    @Test
    void bytesOfAnotherHashAreNotKept() throws Exception {
        byte[] bytes = bytes(2, 1000);
        Sha256 other = Sha256.hash(bytes(3, 1000));

        assertThat(put(other, bytes)).isEqualTo(new PutResult.WrongHash(Sha256.hash(bytes)));

        assertThat(get(store().stat(other))).isEmpty();
        assertThat(get(store().stat(Sha256.hash(bytes)))).isEmpty();
    }

    @Test
    void wrongBytesLeaveTheBlobThatIsThereAsItWas() throws Exception {
        byte[] bytes = bytes(4, 5000);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        put(id, bytes(5, 5000));

        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
    }

    @Test
    void moreBytesThanTheLimitAreNotKeptAndNotRead() throws Exception {
        byte[] bytes = bytes(6, 1000);
        Sha256 id = Sha256.hash(bytes);
        Source<ByteString, ?> endless = Source.repeat(ByteString.fromArray(bytes));

        assertThat(get(store().put(id, 10_000, endless))).isEqualTo(new PutResult.TooLarge(10_000));
        assertThat(get(store().put(id, 999, source(bytes)))).isEqualTo(new PutResult.TooLarge(999));
        assertThat(get(store().stat(id))).isEmpty();

        assertThat(get(store().put(id, 1000, source(bytes)))).isEqualTo(new PutResult.Stored(1000));
    }

    @Test
    void aStreamThatBreaksLeavesNothing() {
        byte[] bytes = bytes(7, 200_000);
        Sha256 id = Sha256.hash(bytes);
        Source<ByteString, ?> broken =
                source(bytes).concat(Source.failed(new IllegalStateException("the connection was reset")));

        assertThatThrownBy(() -> get(store().put(id, LIMIT, broken)))
                .rootCause()
                .hasMessageContaining("reset");

        assertThat(get(store().stat(id))).isEmpty();
    }

    @Test
    void puttingAgainChangesNothing() throws Exception {
        byte[] bytes = bytes(8, 70_000);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        assertThat(put(id, bytes)).isEqualTo(new PutResult.Stored(70_000));

        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
    }

    @Test
    void manyMayPutTheSameBlobAtOnce() throws Exception {
        byte[] bytes = bytes(9, 2_500_000);
        Sha256 id = Sha256.hash(bytes);
        List<CompletionStage<PutResult>> puts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            puts.add(store().put(id, LIMIT, source(bytes)));
        }

        for (CompletionStage<PutResult> put : puts) {
            assertThat(get(put)).isEqualTo(new PutResult.Stored(2_500_000));
        }
        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
    }

    @Test
    void aRangeIsReadByItself() throws Exception {
        byte[] bytes = bytes(10, 400_000);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        assertThat(read(id, 150_000, 1)).isEqualTo(Arrays.copyOfRange(bytes, 150_000, 150_001));
        assertThat(read(id, 100_000, 200_000)).isEqualTo(Arrays.copyOfRange(bytes, 100_000, 300_000));
        assertThat(read(id, 399_999, 500)).isEqualTo(Arrays.copyOfRange(bytes, 399_999, 400_000));
        assertThat(read(id, 400_000, 500)).isEmpty();
    }

    @Test
    void aFewBytesAreReadInOnePiece() throws Exception {
        byte[] bytes = bytes(11, 100_000);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        assertThat(readShort(id, 0, 10)).isEqualTo(Arrays.copyOfRange(bytes, 0, 10));
        assertThat(readShort(id, 30_000, BlobStore.SHORT_BYTES))
                .isEqualTo(Arrays.copyOfRange(bytes, 30_000, 30_000 + BlobStore.SHORT_BYTES));
        assertThat(readShort(id, 99_999, 500)).isEqualTo(Arrays.copyOfRange(bytes, 99_999, 100_000));
        assertThatThrownBy(() -> readShort(Sha256.hash(new byte[] {7}), 0, 10))
                .rootCause()
                .isInstanceOf(NoSuchFileException.class);
    }

    private byte[] readShort(Sha256 id, long offset, int length) throws Exception {
        return get(store().readShort(id, offset, length)).toArray();
    }

    @Test
    void leavesAreTheHashesOfItsPieces() throws Exception {
        byte[] bytes = bytes(11, 2 * Leaves.LEAF_BYTES + 17);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        assertThat(get(store().leaves(id))).contains(new Leaves(id, bytes.length, Leaves.LEAF_BYTES, pieces(bytes)));
    }

    @Test
    void aBlobOfWholeLeavesHasNoEmptyLeafAtItsEnd() throws Exception {
        byte[] bytes = bytes(12, 2 * Leaves.LEAF_BYTES);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        assertThat(get(store().leaves(id)).orElseThrow().leaves()).hasSize(2).isEqualTo(pieces(bytes));
    }

    @Test
    void whatIsNotThereIsNotThere() {
        Sha256 id = Sha256.hash(bytes(13, 10));

        assertThat(get(store().stat(id))).isEmpty();
        assertThat(get(store().leaves(id))).isEmpty();
        assertThatThrownBy(() -> read(id, 0, 10)).rootCause().isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatWasDeletedIsGoneAndMayBePutAgain() throws Exception {
        byte[] bytes = bytes(14, 1_200_000);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        get(store().delete(id));
        get(store().delete(id));
        assertThat(get(store().stat(id))).isEmpty();
        assertThat(get(store().leaves(id))).isEmpty();

        put(id, bytes);
        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
    }

    @Test
    void aBlobOfManyMiBComesBackWholeAndInParts() throws Exception {
        byte[] bytes = bytes(15, 13 * Leaves.LEAF_BYTES + 4711);
        Sha256 id = Sha256.hash(bytes);

        assertThat(put(id, bytes)).isEqualTo(new PutResult.Stored(bytes.length));

        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
        assertThat(read(id, 6_000_000, 3)).isEqualTo(Arrays.copyOfRange(bytes, 6_000_000, 6_000_003));
        assertThat(get(store().leaves(id)).orElseThrow().leaves()).isEqualTo(pieces(bytes));
    }

    @Test
    void noChunkOfAReadIsOverTheLimit() {
        byte[] bytes = bytes(16, 3_000_000);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);

        List<ByteString> chunks = get(store().read(id, 0, Long.MAX_VALUE).runWith(Sink.seq(), system));

        assertThat(chunks).allMatch(chunk -> chunk.size() <= 128 << 10);
    }

    @Test
    void aListingNamesWhatIsThereAndNothingElse() throws Exception {
        byte[] kept = bytes(17, 1_500_000);
        byte[] deleted = bytes(18, 10);
        put(Sha256.hash(kept), kept);
        put(Sha256.hash(deleted), deleted);
        put(Sha256.hash(bytes(19, 9)), bytes(20, 9));
        get(store().delete(Sha256.hash(deleted)));

        List<StoredBlob> all = new ArrayList<>();
        for (int slice = 0; slice < BlobStore.SLICES; slice++) {
            List<StoredBlob> blobs = get(store().list(slice).runWith(Sink.seq(), system));
            assertThat(blobs)
                    .isSortedAccordingTo(Comparator.comparing(blob -> blob.id().toString()));
            int first = slice;
            assertThat(blobs).allMatch(blob -> (blob.id().toBytes()[0] & 0xff) == first);
            all.addAll(blobs);
        }

        assertThat(all)
                .contains(new StoredBlob(Sha256.hash(kept), kept.length))
                .doesNotHaveDuplicates()
                .noneMatch(blob -> blob.id().equals(Sha256.hash(deleted)))
                .noneMatch(blob -> blob.id().equals(Sha256.hash(bytes(19, 9))));
        for (StoredBlob blob : all) {
            assertThat(get(store().stat(blob.id()))).hasValue(blob.size());
        }
    }

    @Test
    void anUploadGoesOnWhereItStopped() throws Exception {
        byte[] bytes = bytes(21, 3_000_000);
        Sha256 id = Sha256.hash(bytes);
        UploadId upload = upload(21);
        StalledSource stalled = new StalledSource(source(Arrays.copyOf(bytes, 1_000_000)));

        assertThat(get(store().arrived(upload))).isZero();
        CompletionStage<AppendResult> broken = store().append(upload, 0, LIMIT, stalled.bytes());
        stalled.awaitItsLastByte();
        stalled.fail("the connection was reset");
        assertThatThrownBy(() -> get(broken)).rootCause().hasMessageContaining("reset");
        long arrived = get(store().arrived(upload));
        assertThat(arrived).isBetween(500_000L, 1_000_000L);
        Source<ByteString, ?> rest = source(Arrays.copyOfRange(bytes, (int) arrived, bytes.length));
        assertThat(get(store().append(upload, arrived, LIMIT, rest))).isEqualTo(new AppendResult.Taken(bytes.length));
        assertThat(get(store().stat(id))).isEmpty();

        assertThat(get(store().complete(upload, id))).isEqualTo(new PutResult.Stored(bytes.length));

        assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo(bytes);
        assertThat(get(store().leaves(id)).orElseThrow().leaves()).isEqualTo(pieces(bytes));
        assertThat(get(store().arrived(upload))).isZero();
    }

    @Test
    void whoeverAsksHowFarAnUploadHasComeMayGoOnFromThere() throws Exception {
        byte[] bytes = bytes(27, 1_200_000);
        UploadId upload = upload(27);
        StalledSource stalled = new StalledSource(source(Arrays.copyOf(bytes, 1_000_000)));
        CompletionStage<AppendResult> abandoned = store().append(upload, 0, LIMIT, stalled.bytes());
        stalled.awaitItsLastByte();

        long arrived = get(store().arrived(upload));

        assertThat(arrived).isBetween(500_000L, 1_000_000L);
        assertThat(abandoned).failsWithin(PATIENCE);
        assertThat(get(store().arrived(upload))).isEqualTo(arrived);
        Source<ByteString, ?> rest = source(Arrays.copyOfRange(bytes, (int) arrived, bytes.length));
        assertThat(get(store().append(upload, arrived, LIMIT, rest))).isEqualTo(new AppendResult.Taken(bytes.length));
        assertThat(get(store().complete(upload, Sha256.hash(bytes)))).isEqualTo(new PutResult.Stored(bytes.length));
    }

    @Test
    void bytesThatDoNotBeginWhereTheLastEndedAreNotTaken() {
        byte[] bytes = bytes(22, 5000);
        UploadId upload = upload(22);
        get(store().append(upload, 0, LIMIT, source(bytes)));

        assertThat(get(store().append(upload, 4000, LIMIT, source(bytes))))
                .isEqualTo(new AppendResult.WrongOffset(5000));
        assertThat(get(store().append(upload, 6000, LIMIT, source(bytes))))
                .isEqualTo(new AppendResult.WrongOffset(5000));
        assertThat(get(store().arrived(upload))).isEqualTo(5000);
    }

    @Test
    void anUploadOfOtherBytesIsOverAndLeavesNothing() {
        byte[] bytes = bytes(23, 5000);
        UploadId upload = upload(23);
        get(store().append(upload, 0, LIMIT, source(bytes)));

        assertThat(get(store().complete(upload, Sha256.hash(bytes(24, 5000)))))
                .isEqualTo(new PutResult.WrongHash(Sha256.hash(bytes)));

        assertThat(get(store().arrived(upload))).isZero();
        assertThat(get(store().stat(Sha256.hash(bytes)))).isEmpty();
    }

    @Test
    void aSenderThatComesAgainEndsItsFormerAttempt() throws Exception {
        byte[] bytes = bytes(25, 1_200_000);
        UploadId upload = upload(25);
        StalledSource stalled = new StalledSource(source(Arrays.copyOf(bytes, 1_000_000)));
        CompletionStage<AppendResult> abandoned = store().append(upload, 0, LIMIT, stalled.bytes());
        stalled.awaitItsLastByte();

        AppendResult refused = get(store().append(upload, 0, LIMIT, source(bytes)));

        assertThat(abandoned).failsWithin(PATIENCE);
        assertThat(refused)
                .isInstanceOfSatisfying(
                        AppendResult.WrongOffset.class,
                        wrong -> assertThat(wrong.arrived())
                                .isBetween(500_000L, 1_000_000L)
                                .isEqualTo(get(store().arrived(upload))));
    }

    @Test
    void anUploadTakesNoMoreThanItsLimit() {
        byte[] bytes = bytes(26, 50_000);
        UploadId upload = upload(26);

        assertThat(get(store().append(upload, 0, 60_000, source(bytes)))).isEqualTo(new AppendResult.Taken(50_000));
        assertThat(get(store().append(upload, 50_000, 60_000, source(bytes))))
                .isEqualTo(new AppendResult.TooLarge(60_000));
    }

    @Test
    void itKnowsWhoseItIs() {
        assertThat(get(store().owner())).isEmpty();

        get(store().claim("somebody"));
        assertThat(get(store().owner())).contains("somebody");

        get(store().claim("somebody else"));
        assertThat(get(store().owner())).contains("somebody else");
    }

    /** Their sender might not see why they are refused: a connection is reset that is closed with bytes in it. */
    @Test
    void bytesThatAreRefusedAreReadToTheirEnd() {
        AtomicInteger read = new AtomicInteger();
        Source<ByteString, ?> bytes = Source.range(1, 100).map(_ -> {
            read.incrementAndGet();
            return ByteString.fromArray(new byte[1000]);
        });

        assertThat(get(store().append(upload(28), 7, LIMIT, bytes))).isInstanceOf(AppendResult.WrongOffset.class);
        assertThat(read).hasValue(100);
    }

    @Test
    void thereIsRoomForSomethingAndNotForEverything() {
        assertThat(get(store().hasRoom(1000))).isTrue();
        assertThat(get(store().hasRoom(Long.MAX_VALUE))).isFalse();
    }

    @Test
    void whatAnUploadHasLeftGoesWhenItIsOldEnough() {
        UploadId upload = upload(27);
        get(store().append(upload, 0, LIMIT, source(bytes(27, 10))));

        get(store().removeLeftovers(Duration.ofHours(1)));
        assertThat(get(store().arrived(upload))).isEqualTo(10);

        get(store().removeLeftovers(Duration.ofMinutes(-1)));
        assertThat(get(store().arrived(upload))).isZero();
    }

    private static UploadId upload(int seed) {
        return new UploadId("device", Sha256.hash(bytes(1000 + seed, 32)));
    }

    protected final PutResult put(Sha256 id, byte[] bytes) {
        return get(store().put(id, LIMIT, source(bytes)));
    }

    protected static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected final byte[] read(Sha256 id, long offset, long length) throws Exception {
        return store().read(id, offset, length)
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .toArray();
    }

    /** In pieces of a length that fits no buffer and no leaf. */
    protected static Source<ByteString, ?> source(byte[] bytes) {
        List<ByteString> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += 7919) {
            pieces.add(ByteString.fromArray(bytes, from, Math.min(7919, bytes.length - from)));
        }
        return Source.from(pieces);
    }

    private static List<Sha256> pieces(byte[] bytes) {
        List<Sha256> hashes = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += Leaves.LEAF_BYTES) {
            byte[] piece = new byte[Math.min(Leaves.LEAF_BYTES, bytes.length - from)];
            ByteBuffer.wrap(bytes).get(from, piece);
            hashes.add(Sha256.hash(piece));
        }
        return hashes;
    }

    protected static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the store's answer did not come", e);
        }
    }
}
