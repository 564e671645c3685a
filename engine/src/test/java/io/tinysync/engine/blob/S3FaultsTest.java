package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.tinysync.engine.blob.FaultyProxy.Fault;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever befalls the way to the S3 server: a put says stored only if it is, and a read gives right bytes or fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3FaultsTest {

    private static final long LIMIT = 100_000_000;
    private static final int SMALL = 300_000;
    private static final int LARGE = 11 * Leaves.LEAF_BYTES + 5;

    private final ActorSystem system = ActorSystem.create(
            "s3-faults",
            ConfigFactory.parseString("pekko.http.host-connection-pool.client.idle-timeout = 1s")
                    .withFallback(ConfigFactory.parseResources("tinysync-s3.conf"))
                    .withFallback(ConfigFactory.load()));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private S3Server server;
    private FaultyProxy proxy;
    private S3BlobStore store;
    private S3BlobStore direct;

    @BeforeAll
    void open(@TempDir Path shared) throws Exception {
        server = S3Server.start(shared.resolve("s3"));
        proxy = FaultyProxy.to(server.port());
        store = S3BlobStore.open(
                S3Server.access(proxy.port()), shared.resolve("spool"), BlobStoreContract.ALLOWANCE, system, threads);
        direct = S3BlobStore.open(
                S3Server.access(server.port()),
                shared.resolve("other-spool"),
                BlobStoreContract.ALLOWANCE,
                system,
                threads);
    }

    @AfterAll
    void close() throws IOException {
        proxy.close();
        server.close();
        threads.close();
        TestKit.shutdownActorSystem(system);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.EXCLUDE,
            names = {"NONE"})
    void aPutOfASmallBlobMeetsAFault(Fault fault) throws IOException {
        putMeets(fault, bytes(fault.name().hashCode(), SMALL), 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.EXCLUDE,
            names = {"NONE"})
    void aPutOfALargeBlobMeetsAFault(Fault fault) throws IOException {
        putMeets(fault, bytes(100 + fault.name().hashCode(), LARGE), 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.EXCLUDE,
            names = {"NONE", "CUT_ANSWER", "SHORT_ANSWER"})
    void aPutMeetsAFaultAgainAndAgain(Fault fault) throws IOException {
        putMeets(fault, bytes(200 + fault.name().hashCode(), SMALL), 1000);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.EXCLUDE,
            names = {"NONE"})
    void aGroupOfShortBlobsMeetsAFault(Fault fault) {
        List<ShortBlob> blobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            blobs.add(ShortBlobsContract.blob(bytes(31 * fault.name().hashCode() + i, 4000)));
        }
        proxy.next(1, fault, "PUT ");

        boolean stored = areStored(store.putShort(blobs));

        assertThat(proxy.hits()).as("requests that the fault has hit").isNotEmpty();
        proxy.next(0, Fault.NONE, "");
        if (!stored) {
            assertThat(areStored(store.putShort(blobs))).isTrue();
        }
        for (ShortBlob blob : blobs) {
            assertThat(ByteBuffer.wrap(read(direct, blob.sha256()))).isEqualTo(blob.bytes());
        }
    }

    private static boolean areStored(CompletionStage<List<PutResult>> puts) {
        return isStored(puts.thenApply(results -> results.stream()
                .filter(result -> !(result instanceof PutResult.Stored))
                .findAny()
                .orElse(results.getFirst())));
    }

    /** What was acknowledged is there with the right bytes; what failed is not there, or right; and the next attempt goes through. */
    private void putMeets(Fault fault, byte[] bytes, int times) throws IOException {
        Sha256 id = Sha256.hash(bytes);
        proxy.next(times, fault, "PUT ");

        boolean stored = isStored(store.put(id, LIMIT, Source.single(ByteString.fromArray(bytes))));

        assertThat(proxy.hits()).as("requests that the fault has hit").isNotEmpty();
        proxy.next(0, Fault.NONE, "");
        if (stored) {
            assertThat(read(direct, id)).isEqualTo(bytes);
        } else {
            assertThat(get(store.put(id, LIMIT, Source.single(ByteString.fromArray(bytes)))))
                    .isEqualTo(new PutResult.Stored(bytes.length));
            assertThat(read(direct, id)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.EXCLUDE,
            names = {"NONE", "FLIPPED_REQUEST", "WRONG_ETAG", "CUT_REQUEST"})
    void aReadMeetsAFault(Fault fault) {
        byte[] bytes = bytes(300, LARGE);
        Sha256 id = Sha256.hash(bytes);
        get(direct.put(id, LIMIT, Source.single(ByteString.fromArray(bytes))));
        proxy.next(1, fault, "GET ");

        byte[] got;
        try {
            got = read(store, id);
        } catch (AssertionError failed) {
            got = bytes;
        }

        assertThat(proxy.hits()).isNotEmpty();
        assertThat(got).as("a prefix, if anything, of what was asked for").isEqualTo(Arrays.copyOf(bytes, got.length));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ERROR_500", "SLOW_DOWN", "SILENCE", "LOST_ANSWER"})
    void whatIsAskedOfABlobIsNeverAnsweredByAbsence(Fault fault) {
        byte[] bytes = bytes(301, LARGE);
        Sha256 id = Sha256.hash(bytes);
        get(direct.put(id, LIMIT, Source.single(ByteString.fromArray(bytes))));
        proxy.next(1000, fault, " ");

        assertThatThrownBy(() -> get(store.stat(id))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> get(store.leaves(id))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> get(store.list(id.toBytes()[0] & 0xff).runWith(Sink.seq(), system)))
                .isInstanceOf(AssertionError.class);

        assertThat(proxy.hits()).hasSizeGreaterThanOrEqualTo(3);
        proxy.next(0, Fault.NONE, "");
        assertThat(get(store.stat(id))).hasValue(LARGE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ERROR_500", "SLOW_DOWN", "SILENCE", "LOST_ANSWER"})
    void aDeleteThatWasNotAnsweredIsAFailureAndMayBeRepeated(Fault fault) {
        byte[] bytes = bytes(304, SMALL);
        Sha256 id = Sha256.hash(bytes);
        get(direct.put(id, LIMIT, Source.single(ByteString.fromArray(bytes))));
        proxy.next(1000, fault, "DELETE ");

        assertThatThrownBy(() -> get(store.delete(id))).isInstanceOf(AssertionError.class);

        assertThat(proxy.hits()).isNotEmpty();
        proxy.next(0, Fault.NONE, "");
        get(store.delete(id));
        assertThat(get(direct.stat(id))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void bytesThatTheServerHasStoredOtherwiseAreNoticedAndTakenAway(int length, @TempDir Path other) throws Exception {
        byte[] bytes = bytes(305, length);
        Sha256 id = Sha256.hash(bytes);
        try (S3Server careless = S3Server.startCareless(other.resolve("s3"));
                FaultyProxy flipping = FaultyProxy.to(careless.port())) {
            S3BlobStore through = S3BlobStore.open(
                    S3Server.access(flipping.port()), other, BlobStoreContract.ALLOWANCE, system, threads);
            flipping.next(1, Fault.FLIPPED_REQUEST, "PUT ");

            assertThat(isStored(through.put(id, LIMIT, Source.single(ByteString.fromArray(bytes)))))
                    .isFalse();

            assertThat(flipping.hits()).hasSize(1);
            assertThat(get(through.stat(id))).isEmpty();
            assertThat(isStored(through.put(id, LIMIT, Source.single(ByteString.fromArray(bytes)))))
                    .isTrue();
            assertThat(read(through, id)).isEqualTo(bytes);
        }
    }

    @Test
    void aShortBlobAmongOthersThatTheServerHasStoredOtherwiseIsNoticedAndTakenAway(@TempDir Path other)
            throws Exception {
        List<ShortBlob> blobs = List.of(
                ShortBlobsContract.blob(bytes(306, 4000)),
                ShortBlobsContract.blob(bytes(307, 4000)),
                ShortBlobsContract.blob(bytes(308, 4000)));
        try (S3Server careless = S3Server.startCareless(other.resolve("s3"));
                FaultyProxy flipping = FaultyProxy.to(careless.port())) {
            S3BlobStore through = S3BlobStore.open(
                    S3Server.access(flipping.port()), other, BlobStoreContract.ALLOWANCE, system, threads);
            flipping.next(
                    1,
                    Fault.FLIPPED_REQUEST,
                    "PUT /" + S3Server.BUCKET + "/blobs/" + blobs.get(1).sha256());

            assertThat(areStored(through.putShort(blobs))).isFalse();

            assertThat(flipping.hits()).hasSize(1);
            assertThat(get(through.stat(blobs.get(1).sha256()))).isEmpty();
            assertThat(areStored(through.putShort(blobs))).isTrue();
            for (ShortBlob blob : blobs) {
                assertThat(ByteBuffer.wrap(read(through, blob.sha256()))).isEqualTo(blob.bytes());
            }
        }
    }

    @Test
    void whatArrivedBeforeAnOutageIsStoredAfterItWithoutBeingSentAgain() throws IOException {
        byte[] bytes = bytes(302, LARGE);
        Sha256 id = Sha256.hash(bytes);
        UploadId upload = new UploadId("device", Sha256.hash(bytes(303, 32)));
        proxy.down(true);
        get(store.append(upload, 0, LIMIT, Source.single(ByteString.fromArray(bytes))));

        assertThat(isStored(store.complete(upload, id))).isFalse();
        assertThat(get(store.arrived(upload))).isEqualTo(LARGE);

        proxy.down(false);
        assertThat(get(store.complete(upload, id))).isEqualTo(new PutResult.Stored(LARGE));
        assertThat(read(direct, id)).isEqualTo(bytes);
    }

    private static boolean isStored(CompletionStage<PutResult> put) {
        try {
            return put.toCompletableFuture().get(60, TimeUnit.SECONDS) instanceof PutResult.Stored;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
            return false;
        } catch (Exception e) {
            throw new AssertionError("the store's answer did not come", e);
        }
    }

    private byte[] read(BlobStore from, Sha256 id) {
        return get(from.read(id, 0, Long.MAX_VALUE)
                        .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system))
                .toArray();
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static <T> T get(CompletionStage<T> stage) {
        return BlobStoreContract.get(stage);
    }
}
