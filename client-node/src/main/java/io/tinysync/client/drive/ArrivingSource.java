package io.tinysync.client.drive;

import io.tinysync.client.content.ContentFiles;
import io.tinysync.client.content.OpenContent;
import io.tinysync.client.content.PartialFile;
import io.tinysync.engine.protocol.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A content that was not here when it was opened: read from what came so far, and from its file once that is whole. Thread-safe. */
final class ArrivingSource implements ByteSource {

    private final Content content;
    private final ContentFiles contents;
    private final Downloads downloads;
    private volatile @Nullable OpenContent whole;
    private boolean closed;

    /** Begins to fetch it; it goes on until it is closed. */
    ArrivingSource(Content content, ContentFiles contents, Downloads downloads) {
        this.content = content;
        this.contents = contents;
        this.downloads = downloads;
        contents.needed(content);
        downloads.opened(content);
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        if (offset >= content.size()) {
            return 0;
        }
        Optional<OpenContent> here = whole();
        if (here.isPresent()) {
            return here.get().read(into, offset);
        }
        int length = (int) upToEnd(offset, into.remaining());
        Optional<PartialFile> partial = contents.arriving(content);
        if (partial.isPresent() && partial.get().holds(offset, length)) {
            return readPart(partial.get(), into, offset, length);
        }
        return NOT_HERE;
    }

    /** What is discarded or complete while it is read counts as not read. */
    private int readPart(PartialFile partial, ByteBuffer into, long offset, int length) throws IOException {
        ByteBuffer part = into.slice(into.position(), length);
        try {
            if (partial.read(part, offset) == length && partial.stillHolds(offset, length)) {
                into.position(into.position() + length);
                return length;
            }
            return NOT_HERE;
        } catch (ClosedChannelException e) {
            return NOT_HERE;
        }
    }

    @Override
    public boolean holds(long offset, long length) {
        return whole != null
                || offset >= content.size()
                || contents.has(content)
                || contents.arriving(content)
                        .filter(partial -> partial.holds(offset, upToEnd(offset, length)))
                        .isPresent();
    }

    private long upToEnd(long offset, long length) {
        return Math.min(length, content.size() - offset);
    }

    @Override
    public void await(long offset, long length) {
        downloads.await(content, offset, upToEnd(offset, length));
    }

    @Override
    public Optional<OpenContent> whole() throws IOException {
        OpenContent known = whole;
        return known != null ? Optional.of(known) : openWhole();
    }

    private synchronized Optional<OpenContent> openWhole() throws IOException {
        if (whole == null && !closed && contents.has(content)) {
            whole = contents.open(content).orElse(null);
        }
        return Optional.ofNullable(whole);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            downloads.closed(content);
            contents.unneeded(content);
            OpenContent known = whole;
            if (known != null) {
                WholeSource.close(known);
            }
        }
    }
}
