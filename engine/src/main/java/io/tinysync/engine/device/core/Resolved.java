package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;

/**
 * A change of this device that met another's, and how that was settled.
 *
 * @param itemId that the change was about
 * @param kind {@link ItemKind#UNKNOWN} where nothing of the item is known any more
 * @param name that it had when it was settled, or last had; empty where nothing of it is known any more
 */
public record Resolved(Resolution resolution, ItemId itemId, ItemKind kind, String name) {}
