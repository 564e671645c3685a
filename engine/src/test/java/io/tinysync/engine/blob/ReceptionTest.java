package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A blob has the bytes whose hash was taken and no others, whoever else writes to the same upload. */
final class ReceptionTest {

    private static final byte[] BYTES = BlobStoreContract.bytes(1, 100_000);
    private static final Sha256 ID = Sha256.hash(BYTES);
    private static final UploadId UPLOAD = new UploadId("device", Sha256.hash(new byte[] {1}));
    private static final long LIMIT = 1_000_000;

    @TempDir
    private Path directory;

    private Path blob = Path.of("");
    private final CountDownLatch publishing = new CountDownLatch(1);
    private final CountDownLatch mayPublish = new CountDownLatch(1);
    private Reception reception;

    /** Takes one blob, once it may. */
    private final class SlowShelf implements Shelf {

        @Override
        public void publish(Path file, Leaves leaves) throws IOException {
            publishing.countDown();
            await(mayPublish);
            Files.move(file, blob);
        }

        @Override
        public Set<Sha256> publishShort(Collection<ShortBlob> blobs) {
            throw new AssertionError("no short blobs come");
        }
    }

    @BeforeEach
    void open() throws IOException {
        blob = directory.resolve("blob");
        reception = new Reception(Spool.open(directory.resolve("spool")), new SlowShelf(), BlobStoreContract.ALLOWANCE);
        assertThat(reception.append(UPLOAD, 0, LIMIT, new ByteArrayInputStream(BYTES)))
                .isEqualTo(new AppendResult.Taken(BYTES.length));
    }

    @Test
    void whoeverIsStillAddingBytesDoesNotAddThemToTheBlob() throws Exception {
        mayPublish.countDown();
        StuckStream stuck = new StuckStream();
        FutureTask<AppendResult> adding = begun(() -> reception.append(UPLOAD, BYTES.length, LIMIT, stuck));
        await(stuck.asked);

        assertThat(reception.complete(UPLOAD, ID)).isEqualTo(new PutResult.Stored(BYTES.length));

        stuck.more.complete(1000);
        assertThatThrownBy(() -> adding.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("closed");
        assertThat(blob).hasBinaryContent(BYTES);
    }

    @Test
    void whoeverComesWhileTheBlobIsBeingStoredComesTooLate() throws Exception {
        FutureTask<PutResult> completing = begun(() -> reception.complete(UPLOAD, ID));
        await(publishing);
        FutureTask<AppendResult> adding = new FutureTask<>(
                () -> reception.append(UPLOAD, BYTES.length, LIMIT, new ByteArrayInputStream(new byte[] {7, 7, 7})));
        Thread late = Thread.ofPlatform().start(adding);
        while (!adding.isDone() && late.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        mayPublish.countDown();

        assertThat(completing.get(20, TimeUnit.SECONDS)).isEqualTo(new PutResult.Stored(BYTES.length));
        assertThat(adding.get(20, TimeUnit.SECONDS)).isEqualTo(new AppendResult.WrongOffset(0));
        assertThat(blob).hasBinaryContent(BYTES);
    }

    private static <T> FutureTask<T> begun(java.util.concurrent.Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives nothing until it is told to or closed. */
    private static final class StuckStream extends InputStream {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CompletableFuture<Integer> more = new CompletableFuture<>();

        @Override
        public int read() {
            throw new UnsupportedOperationException("read in blocks");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            asked.countDown();
            int given = more.join();
            if (given < 0) {
                throw new IOException("closed");
            }
            more.obtrudeValue(-1);
            return given;
        }

        @Override
        public void close() {
            more.complete(-1);
        }
    }
}
