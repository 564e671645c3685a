package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class S3BlobStoreTest extends BlobStoreContract implements ShortBlobsContract {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Path directory;
    private S3Server server;
    private S3BlobStore store;

    @BeforeAll
    void open(@TempDir Path shared) throws Exception {
        directory = shared;
        server = S3Server.start(shared.resolve("s3"));
        store = open(S3Server.access(server.port()));
    }

    private S3BlobStore open(S3Access access) throws IOException {
        return S3BlobStore.open(access, directory.resolve("spool"), ALLOWANCE, system(), threads);
    }

    @AfterAll
    void close() throws Exception {
        server.close();
        threads.close();
    }

    @Override
    public BlobStore store() {
        return store;
    }

    @Test
    void theBucketIsFoundToBeThere() {
        assertThat(get(store.refusal())).isEmpty();
    }

    @Test
    void aWrongSecretIsAFailureAndNoAbsence() throws IOException {
        S3Access known = S3Server.access(server.port());
        S3BlobStore stranger = open(new S3Access(
                known.bucket(), known.endpoint(), known.region(), known.accessKey(), Optional.of("another secret")));
        byte[] bytes = bytes(40, 100);
        put(Sha256.hash(bytes), bytes);

        assertThat(get(stranger.refusal())).isPresent();
        assertThatThrownBy(() -> get(stranger.stat(Sha256.hash(bytes))))
                .rootCause()
                .isInstanceOf(Exception.class);
        assertThatThrownBy(() -> get(stranger.put(Sha256.hash(bytes), 1000, source(bytes))))
                .rootCause()
                .isNotNull();
    }

    @Test
    void aBucketThatIsNotThereIsAFailure() throws IOException {
        S3Access known = S3Server.access(server.port());
        S3BlobStore other = open(
                new S3Access("no-such-bucket", known.endpoint(), known.region(), known.accessKey(), known.secretKey()));

        assertThat(get(other.refusal())).isPresent();
        assertThatThrownBy(() -> get(other.stat(Sha256.hash(bytes(41, 10)))))
                .rootCause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void nothingStaysInTheSpool() throws IOException {
        byte[] bytes = bytes(42, 6_000_000);
        put(Sha256.hash(bytes), bytes);

        try (Stream<Path> files = Files.list(directory.resolve("spool/tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aLostListOfLeavesIsMadeAnew() throws IOException {
        byte[] bytes = bytes(43, 2 * Leaves.LEAF_BYTES);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);
        Leaves before = get(store.leaves(id)).orElseThrow();
        Path list = directory.resolve("s3").resolve(S3Server.BUCKET).resolve("leaves/" + id);
        Files.delete(list);

        assertThat(get(store.leaves(id))).contains(before);
        assertThat(list).hasSize(2L * Sha256.BYTES);
    }

    @Test
    void leavesOfADamagedBlobAreAFailure() throws IOException {
        byte[] bytes = bytes(44, 2 * Leaves.LEAF_BYTES);
        Sha256 id = Sha256.hash(bytes);
        put(id, bytes);
        Path bucket = directory.resolve("s3").resolve(S3Server.BUCKET);
        Files.delete(bucket.resolve("leaves/" + id));
        bytes[77]++;
        Files.write(bucket.resolve("blobs/" + id), bytes);

        assertThatThrownBy(() -> get(store.leaves(id))).rootCause().hasMessageContaining("damaged");
    }
}
