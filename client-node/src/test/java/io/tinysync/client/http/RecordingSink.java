package io.tinysync.client.http;

import io.tinysync.engine.device.SnapshotSink;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.SnapshotHeader;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a snapshot gave. */
final class RecordingSink implements SnapshotSink {

    final List<Item> items = new ArrayList<>();
    int pieces;

    @Override
    public void begin(SnapshotHeader header) {}

    @Override
    public void items(List<Item> next) {
        pieces++;
        items.addAll(next);
    }
}
