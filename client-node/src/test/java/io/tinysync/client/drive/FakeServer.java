package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.engine.device.ContentStore.Partial;
import io.tinysync.engine.device.HydrationResult;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server's blobs in memory, and the downloads of them. */
public final class FakeServer implements Hydrator {

    private final ContentFiles contents;
    private final Map<Sha256, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<List<Content>> ahead = new CopyOnWriteArrayList<>();
    private final AtomicInteger downloads = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile Optional<HydrationResult.Failed> failure = Optional.empty();
    private final CompletableFuture<HydrationResult> stall = new CompletableFuture<>();
    private volatile boolean stalled;

    public FakeServer(ContentFiles contents) {
        this.contents = contents;
    }

    /** A content that the server holds. */
    public Content blob(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Sha256 sha256 = Sha256.hash(bytes);
        blobs.put(sha256, bytes);
        return new Content(sha256, bytes.length);
    }

    /** From now on every download fails so. */
    public void fail(HydrationResult.Reason reason) {
        failure = Optional.of(new HydrationResult.Failed(reason, "as the test wants it"));
    }

    /** From now on no download ends, until all are given up. */
    public void stall() {
        stalled = true;
    }

    /** All stalled downloads time out, and so do later ones. */
    public void giveUp() {
        fail(HydrationResult.Reason.TIMED_OUT);
        stalled = false;
        var _ = stall.complete(failure.orElseThrow());
    }

    /** How many downloads were started. */
    public int downloads() {
        return downloads.get();
    }

    @Override
    public void opened(Content content) {
        opened.incrementAndGet();
    }

    @Override
    public void closed(Content content) {
        opened.decrementAndGet();
    }

    /** What was asked for before it was opened, each time. */
    public List<List<Content>> ahead() {
        return List.copyOf(ahead);
    }

    @Override
    public void fetchAhead(List<Content> contents) {
        ahead.add(contents);
        if (!stalled && failure.isEmpty()) {
            contents.forEach(this::fetched);
        }
    }

    /** How many contents are open that were not here. */
    public int opened() {
        return opened.get();
    }

    @Override
    public CompletionStage<HydrationResult> await(Content content, long offset, long length) {
        downloads.incrementAndGet();
        if (stalled) {
            return stall;
        }
        return CompletableFuture.completedFuture(failure.isPresent() ? failure.get() : fetched(content));
    }

    private synchronized HydrationResult fetched(Content content) {
        Optional<Path> here = contents.find(content);
        if (here.isPresent()) {
            return new HydrationResult.Hydrated(here.get());
        }
        try (Partial partial = contents.begin(content)) {
            byte[] bytes = Objects.requireNonNull(blobs.get(content.sha256()));
            Pieces layout = Pieces.none(content.size());
            for (int leaf = 0; leaf < layout.count(); leaf++) {
                partial.put(leaf, ByteBuffer.wrap(bytes, (int) layout.offsetOf(leaf), layout.lengthOf(leaf)));
            }
            if (!partial.commit()) {
                throw new AssertionError("the content does not match its hash");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HydrationResult.Hydrated(contents.find(content).orElseThrow());
    }
}
