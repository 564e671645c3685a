package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;

/** A name in a folder, whether or not anything is there. */
public record Place(ItemId parentItemId, String name) {}
