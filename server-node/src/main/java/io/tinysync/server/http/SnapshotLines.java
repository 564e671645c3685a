package io.tinysync.server.http;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.pekko.util.ByteString;

/**
 * A snapshot as NDJSON, in chunks that end with a line each: the header, the items, the trailer with the hash of all that came
 * before it. Memory is one chunk. For one pass by one thread at a time.
 */
final class SnapshotLines implements Iterator<ByteString> {

    /** Large enough that compressing and sending a chunk costs little beside its bytes. */
    private static final int CHUNK_BYTES = 64 << 10;

    private final Cursor cursor;
    private final Iterator<Item> items;
    private final MessageDigest digest = Sha256.newDigest();
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK_BYTES + CHUNK_BYTES / 4);
    private long count;
    private boolean begun;
    private boolean ended;

    SnapshotLines(Cursor cursor, Iterator<Item> items) {
        this.cursor = cursor;
        this.items = items;
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public ByteString next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        if (!begun) {
            begun = true;
            add(new SnapshotHeader(cursor.epoch(), cursor.seq(), cursor.chain()));
        }
        while (items.hasNext() && chunk.size() < CHUNK_BYTES) {
            add(items.next());
            count++;
        }
        digest.update(chunk.toByteArray());
        if (!items.hasNext()) {
            ended = true;
            add(new SnapshotTrailer(true, cursor.seq(), cursor.chain(), count, Sha256.of(digest.digest())));
        }
        ByteString bytes = ByteString.fromArray(chunk.toByteArray());
        chunk.reset();
        return bytes;
    }

    private void add(Object line) {
        chunk.writeBytes(Json.write(line));
        chunk.write('\n');
    }
}
