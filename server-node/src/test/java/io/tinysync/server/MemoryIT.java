package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with little memory and much to carry. */
@Tag("long")
final class MemoryIT {

    private static final int FILES = 10;
    private static final int FILE_BYTES = 45_000_000;

    @TempDir
    private Path data;

    @Test
    void tenFilesOf45MegabytesGoThroughAServerWith256MegabytesAtOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(data, List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"));
                ExecutorService threads = Executors.newFixedThreadPool(FILES)) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            long began = System.nanoTime();
            List<CompletableFuture<Void>> uploads = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                int seed = i;
                uploads.add(CompletableFuture.runAsync(() -> upload(device, vault, seed), threads));
            }
            for (CompletableFuture<Void> upload : uploads) {
                upload.get(5, TimeUnit.MINUTES);
            }
            long uploaded = System.nanoTime();
            List<CompletableFuture<Void>> downloads = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                Sha256 id = hash(i);
                downloads.add(CompletableFuture.runAsync(() -> download(device, vault, id), threads));
            }
            for (CompletableFuture<Void> download : downloads) {
                download.get(5, TimeUnit.MINUTES);
            }
            System.out.printf(
                    "%d uploads of %d bytes at once in %d ms, as many downloads in %d ms; the server's peak memory was %d MB%n",
                    FILES,
                    FILE_BYTES,
                    TimeUnit.NANOSECONDS.toMillis(uploaded - began),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - uploaded),
                    server.peakMemoryBytes() / 1_000_000);
        }
    }

    private static void upload(Device device, VaultId vault, int seed) {
        device.api()
                .put(
                        ApiClient.blobPath(vault, hash(seed)),
                        BodyPublishers.fromPublisher(
                                BodyPublishers.ofInputStream(() -> new RandomStream(seed)), FILE_BYTES))
                .expect(204);
    }

    private static void download(Device device, VaultId vault, Sha256 id) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = http.send(
                    device.api().request(ApiClient.blobPath(vault, id)).build(), BodyHandlers.ofInputStream());
            DigestOutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), Sha256.newDigest());
            try (InputStream body = response.body()) {
                body.transferTo(sink);
            }
            assertThat(Sha256.of(sink.getMessageDigest().digest())).isEqualTo(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Sha256 hash(int seed) {
        DigestOutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), Sha256.newDigest());
        try (InputStream bytes = new RandomStream(seed)) {
            bytes.transferTo(sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Sha256.of(sink.getMessageDigest().digest());
    }

    /** The same bytes for the same seed, made as they are read. */
    private static final class RandomStream extends InputStream {

        private final SplittableRandom random;
        private int left = FILE_BYTES;

        RandomStream(int seed) {
            random = new SplittableRandom(seed);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read in blocks");
        }

        /** Whole words of the generator only, so that the bytes do not depend on how they are read. */
        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int bytes = Math.max(Long.BYTES, Math.min(left, length) / Long.BYTES * Long.BYTES);
            for (int i = 0; i < bytes; i += Long.BYTES) {
                long word = random.nextLong();
                for (int j = 0; j < Long.BYTES; j++) {
                    buffer[offset + i + j] = (byte) (word >>> (8 * j));
                }
            }
            left -= bytes;
            return bytes;
        }
    }
}
