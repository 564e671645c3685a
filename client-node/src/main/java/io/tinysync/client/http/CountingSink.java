package io.tinysync.client.http;

import io.tinysync.engine.device.SnapshotSink;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.SnapshotHeader;
import java.util.List;

/** Counts the items on their way into another sink. */
final class CountingSink implements SnapshotSink {

    private final SnapshotSink sink;
    private long items;

    CountingSink(SnapshotSink sink) {
        this.sink = sink;
    }

    @Override
    public void begin(SnapshotHeader header) {
        sink.begin(header);
    }

    @Override
    public void items(List<Item> next) {
        items += next.size();
        sink.items(next);
    }

    long items() {
        return items;
    }
}
