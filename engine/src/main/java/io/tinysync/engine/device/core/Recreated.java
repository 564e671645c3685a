package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.ItemId;

/**
 * A file was renamed away and made anew, which was an edit of it: it is back under its name, with the new content, and what was
 * shown of it under the temporary name goes on as another item. Handles of {@code source} belong to the item from now on; handles
 * that the item had are of a file without a name.
 *
 * @param before the item as it was shown under the temporary name
 * @param source the new file, whose id is gone
 */
public record Recreated(LocalItem before, ItemId source) {}
