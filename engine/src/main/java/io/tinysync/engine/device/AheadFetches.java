package io.tinysync.engine.device;

import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Short contents that are fetched together before anybody has asked for them. Whoever asks meanwhile waits for the end of that, and fetches his
 * own if it has not come. Nothing is repeated and nothing is reported, since nobody has missed anything. Thread-safe.
 */
final class AheadFetches {

    private static final Logger LOG = LoggerFactory.getLogger(AheadFetches.class);

    /** Requests under way; what would be one more is not fetched ahead. */
    private static final int AT_ONCE = 4;

    private static final CompletionStage<Void> NOT_COMING = CompletableFuture.completedStage(null);

    private final VaultParts parts;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<Sha256, CompletionStage<Void>> coming = new ConcurrentHashMap<>();

    AheadFetches(VaultParts parts) {
        this.parts = parts;
    }

    /** Ends when the content is not on its way here, and never with a failure. */
    CompletionStage<Void> ended(Content content) {
        return coming.getOrDefault(content.sha256(), NOT_COMING);
    }

    /** Begins to fetch those that are not on their way already; the caller fetches none of them meanwhile. */
    void fetch(List<Content> contents) {
        if (!free.tryAcquire()) {
            return;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        List<Content> wanted = new ArrayList<>();
        for (Content content : contents) {
            if (wanted.size() < BlobFrames.MAX_FRAMES && coming.putIfAbsent(content.sha256(), ended) == null) {
                wanted.add(content);
            }
        }
        var _ = fetched(wanted).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.debug("{} contents were not fetched ahead: {}", wanted.size(), failure.toString());
            }
            wanted.forEach(content -> coming.remove(content.sha256()));
            free.release();
            ended.complete(null);
        });
    }

    private CompletionStage<Void> fetched(List<Content> wanted) {
        return wanted.isEmpty()
                ? NOT_COMING
                : parts.server()
                        .readShort(parts.vaultId(), wanted)
                        .thenAcceptAsync(blobs -> blobs.forEach(this::keep), parts.blocking());
    }

    private void keep(ShortBlob blob) {
        Content content = new Content(blob.sha256(), blob.size());
        if (parts.contents().has(content)) {
            return;
        }
        try (ContentStore.Partial partial = parts.contents().begin(content)) {
            partial.discard();
            partial.put(0, blob.bytes());
            partial.commit();
        } catch (IOException e) {
            LOG.debug("{} was not kept: {}", content.sha256(), e.toString());
        }
    }
}
