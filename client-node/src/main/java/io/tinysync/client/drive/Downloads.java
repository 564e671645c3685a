package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.protocol.Content;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/** Finds contents on this device, or waits until they are. Thread-safe. */
final class Downloads {

    /** A content that is evicted between its arrival and its opening is fetched again; so often. */
    private static final int MAX_ATTEMPTS = 3;

    private final ContentFiles contents;
    private final Hydrator hydrator;
    private final Semaphore waiting = new Semaphore(DriveSettings.MAX_WAITING);

    Downloads(ContentFiles contents, Hydrator hydrator) {
        this.contents = contents;
        this.hydrator = hydrator;
    }

    /** The content's file, if it is here. */
    Optional<Path> find(Content content) {
        return contents.find(content);
    }

    /** Starts a download of what is not here, and does not wait for it. */
    void start(Content content) {
        if (contents.find(content).isEmpty()) {
            var _ = hydrator.hydrate(content);
        }
    }

    /** Opens the content; waits for its download where it is not here. */
    ByteSource open(Content content) throws IOException {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Path> here = contents.find(content);
            try {
                return ByteSource.open(here.isPresent() ? here.get() : await(content));
            } catch (NoSuchFileException e) {
                // It was dropped in between.
            }
        }
        throw new DriveException(Errno.EIO, "the content " + content.sha256() + " does not stay on this device");
    }

    private Path await(Content content) {
        if (!waiting.tryAcquire()) {
            throw new DriveException(
                    Errno.EAGAIN, DriveSettings.MAX_WAITING + " reads wait for downloads, which is the limit");
        }
        try {
            return switch (hydrator.hydrate(content).toCompletableFuture().get()) {
                case HydrationResult.Hydrated hydrated -> hydrated.file();
                case HydrationResult.Failed failed -> throw Failures.of(failed);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriveException(Errno.EINTR, "interrupted while waiting for a download", e);
        } catch (ExecutionException e) {
            throw new DriveException(Errno.EIO, "the download failed: " + e.getCause(), e);
        } finally {
            waiting.release();
        }
    }
}
