package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.content.OpenContent;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.protocol.Content;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/** Opens contents, whether they are here or not, and waits for what is not. Thread-safe. */
final class Downloads {

    private final ContentFiles contents;
    private final Hydrator hydrator;
    private final Semaphore waiting = new Semaphore(DriveSettings.MAX_WAITING);

    Downloads(ContentFiles contents, Hydrator hydrator) {
        this.contents = contents;
        this.hydrator = hydrator;
    }

    /** Whether the content is here, without reading it. */
    boolean has(Content content) {
        return contents.has(content);
    }

    /** Opens the content; begins to fetch it where it is not here, and does not wait. */
    ByteSource open(Content content) throws IOException {
        Optional<OpenContent> here = contents.open(content);
        return here.isPresent() ? new WholeSource(here.get()) : new ArrivingSource(content, contents, this);
    }

    void opened(Content content) {
        hydrator.opened(content);
    }

    void closed(Content content) {
        hydrator.closed(content);
    }

    void fetchAhead(List<Content> wanted) {
        if (!wanted.isEmpty()) {
            hydrator.fetchAhead(wanted);
        }
    }

    /** Returns once the part is here, or was and went again; fails with the errno of what came instead. */
    void await(Content content, long offset, long length) {
        if (!waiting.tryAcquire()) {
            throw new DriveException(
                    Errno.EAGAIN, DriveSettings.MAX_WAITING + " reads wait for downloads, which is the limit");
        }
        try {
            switch (hydrator.await(content, offset, length)
                    .toCompletableFuture()
                    .get()) {
                case HydrationResult.Hydrated _, HydrationResult.Arrived _ -> {}
                case HydrationResult.Failed failed -> throw Failures.of(failed);
            }
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
