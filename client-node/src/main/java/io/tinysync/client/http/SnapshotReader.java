package io.tinysync.client.http;

import io.tinysync.engine.device.SnapshotSink;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a snapshot (lines of JSON: header, items, trailer) into a sink, one batch in memory at a time, and checks the trailer
 * against what was read. The last line is the trailer, whatever it looks like, so that one that was cut off never passes.
 */
final class SnapshotReader {

    /** Items given to the sink at once; each batch may be a transaction of the store's. */
    private static final int BATCH = 1000;

    /** An item's line: name, target and further fields at their limits, every character escaped, are below 60 KiB. */
    private static final int MAX_LINE_BYTES = 256 << 10;

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream stream;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private final MessageDigest digest = Sha256.newDigest();
    private long items;

    SnapshotReader(InputStream stream) {
        this.stream = stream;
    }

    /** Reads it to its end; returns the header of a snapshot that is whole. */
    SnapshotHeader readInto(SnapshotSink sink) throws IOException {
        byte[] first = line();
        digestLine(first);
        SnapshotHeader header = Json.read(first, SnapshotHeader.class);
        sink.begin(header);
        byte[] last = readItems(sink);
        SnapshotTrailer trailer = Json.read(last, SnapshotTrailer.class);
        check(header, trailer);
        return header;
    }

    /** Gives every line but the last to the sink, and returns the last. */
    private byte[] readItems(SnapshotSink sink) throws IOException {
        List<Item> batch = new ArrayList<>(BATCH);
        byte[] held = line();
        for (byte[] line = line(); line.length > 0; line = line()) {
            digestLine(held);
            Item item = Json.read(held, Item.class);
            items++;
            if (item.isLive()) {
                batch.add(item);
            }
            if (batch.size() == BATCH) {
                sink.items(List.copyOf(batch));
                batch.clear();
            }
            held = line;
        }
        if (!batch.isEmpty()) {
            sink.items(List.copyOf(batch));
        }
        return held;
    }

    private void check(SnapshotHeader header, SnapshotTrailer trailer) throws UnknownOutcomeException {
        boolean matches = trailer.end()
                && trailer.seq() == header.seq()
                && trailer.chain().equals(header.chain())
                && trailer.items() == items
                && trailer.sha256().equals(Sha256.of(digest.digest()));
        if (!matches) {
            throw new UnknownOutcomeException("the snapshot's trailer does not match what was received");
        }
    }

    private void digestLine(byte[] line) {
        digest.update(line);
        digest.update((byte) '\n');
    }

    /** The next line without its end; empty at the stream's end. */
    private byte[] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (fill()) {
            int from = next;
            while (next < end && buffer[next] != '\n') {
                next++;
            }
            line.write(buffer, from, next - from);
            if (line.size() > MAX_LINE_BYTES) {
                throw new UnknownOutcomeException("a line of the snapshot is over " + MAX_LINE_BYTES + " bytes");
            }
            if (next < end) {
                next++;
                return line.toByteArray();
            }
        }
        return line.toByteArray();
    }

    private boolean fill() throws IOException {
        if (next == end) {
            next = 0;
            end = Math.max(0, stream.read(buffer));
        }
        return next < end;
    }
}
