package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.OpId;

/** Where new ids come from: UUIDv7, never the same twice. The core has no clock and no randomness of its own. */
public interface Ids {

    OpId newOpId();

    ItemId newItemId();

    default BytesId newBytesId() {
        return new BytesId(newItemId().value());
    }
}
