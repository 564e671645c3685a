package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.SnapshotHeader;
import java.util.List;

/** Takes a snapshot's pieces, one call after the other, each of which may block: that is the back-pressure. */
public interface SnapshotSink {

    /** The first line. */
    void begin(SnapshotHeader header);

    /** The next items, at most a few thousand at a time; tombstones left out. */
    void items(List<Item> items);
}
