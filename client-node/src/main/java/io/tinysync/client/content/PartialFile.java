package io.tinysync.client.content;

import io.tinysync.engine.device.ContentStore.Partial;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A content on its way: a file that takes leaves where they belong, and beside it the list that they are compared with. Nothing
 * else says which leaves are here: what an earlier process left is read and compared again, so that no record can be ahead of the
 * bytes, and no crash leaves bytes that count. Thread-safe.
 */
public final class PartialFile implements Partial {

    private static final Logger LOG = LoggerFactory.getLogger(PartialFile.class);

    private final ContentFiles store;
    private final Content content;
    private final Path path;
    private final LeafListFile list;
    private final FileChannel channel;
    /** Follows leaves that come in order, so that at the end only the others are read back. */
    private final RunningHash hash = new RunningHash();

    private volatile Pieces pieces;
    private volatile boolean shown;
    private boolean admitted;
    private boolean closed;

    private PartialFile(ContentFiles store, Content content, Path path, FileChannel channel) {
        this.store = store;
        this.content = content;
        this.path = path;
        this.list = new LeafListFile(path.resolveSibling(path.getFileName() + LeafListFile.SUFFIX), content);
        this.channel = channel;
        this.pieces = Pieces.none(content.size());
    }

    static PartialFile open(ContentFiles store, Content content, Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        PartialFile partial = new PartialFile(store, content, path, channel);
        if (channel.size() > 0 && partial.leaves().isEmpty()) {
            channel.truncate(0);
        }
        return partial;
    }

    Content content() {
        return content;
    }

    /** How many bytes an earlier attempt has left, checked or not. */
    long sizeBytes() throws IOException {
        return channel.size();
    }

    @Override
    public Optional<Leaves> leaves() {
        return list.read();
    }

    @Override
    public synchronized Pieces goBy(Leaves leaves) throws IOException {
        list.write(leaves);
        Pieces found = Pieces.none(content.size());
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(Leaves.LEAF_BYTES, channel.size()));
        for (int leaf = 0; leaf < found.count() && found.offsetOf(leaf) < channel.size(); leaf++) {
            buffer.clear().limit(Math.min(buffer.capacity(), found.lengthOf(leaf)));
            if (WholeFiles.readFully(channel, buffer, found.offsetOf(leaf)) == found.lengthOf(leaf)
                    && Sha256.hash(buffer.flip()).equals(leaves.leaves().get(leaf))) {
                hash.wrote(found.offsetOf(leaf), buffer);
                found = found.with(leaf);
            }
        }
        pieces = found;
        shown = true;
        return found;
    }

    @Override
    public synchronized void put(int leaf, ByteBuffer bytes) throws IOException {
        long offset = pieces.offsetOf(leaf);
        if (pieces.has(leaf)) {
            return;
        }
        hash.wrote(offset, bytes);
        while (bytes.hasRemaining()) {
            offset += channel.write(bytes, offset);
        }
        pieces = pieces.with(leaf);
    }

    /** Whether these bytes can be read: their leaves are here, and not the whole, which its own hash decides about first. */
    public boolean holds(long offset, long length) {
        Pieces now = pieces;
        return shown && !now.isComplete() && now.holds(offset, length);
    }

    /** Whether what was read meanwhile were these bytes. Once complete they are still there, but not yet decided about. */
    public boolean stillHolds(long offset, long length) {
        return shown && pieces.holds(offset, length);
    }

    /** Reads bytes that it {@linkplain #holds}; fails once it was discarded or closed. */
    public int read(ByteBuffer into, long offset) throws IOException {
        return WholeFiles.readFully(channel, into, offset);
    }

    @Override
    public synchronized boolean commit() throws IOException {
        if (!pieces.isComplete() || !hash.of(channel, content.size()).equals(content.sha256())) {
            LOG.warn("what came for {} is not that content", content.sha256());
            discard();
            return false;
        }
        store.admit(path, content);
        admitted = true;
        list.delete();
        return true;
    }

    @Override
    public synchronized void discard() throws IOException {
        shown = false;
        pieces = Pieces.none(content.size());
        hash.resized(0);
        channel.truncate(0);
        list.delete();
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            long left = admitted ? content.size() : leaves().isEmpty() ? 0 : channel.size();
            channel.close();
            if (left == 0) {
                deleteUnlessAdmitted();
            }
            store.ended(this, content.size() - left);
        }
    }

    private void deleteUnlessAdmitted() throws IOException {
        try {
            Files.delete(path);
        } catch (NoSuchFileException e) {
            // It was admitted, and has its content's name now.
        }
    }
}
